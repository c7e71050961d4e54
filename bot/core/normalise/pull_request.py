"""`pull_request` and its reviews: changes on their way in, and who let them."""

from bot.core.normalise.payload import Payload, dig
from bot.core.normalise.readers import flag, made, number, present, text, texts
from bot.core.normalise.table import Family, Row


def _across_forks(payload: Payload) -> bool | None:
    """Tell whether the changes come from another repository than the one they go to."""
    head = dig(payload, ("pull_request", "head", "repo", "full_name"))
    base = dig(payload, ("pull_request", "base", "repo", "full_name"))
    return head != base if type(head) is str and type(base) is str else None


_PULL_REQUEST = (
    number("number", "pull_request.number"),
    number("pull_request_id", "pull_request.id"),
    text("pull_request_title", "pull_request.title"),
    text("pull_request_url", "pull_request.html_url"),
    text("state", "pull_request.state"),
    text("head_branch", "pull_request.head.ref"),
    text("head_sha", "pull_request.head.sha"),
    text("head_repository", "pull_request.head.repo.full_name"),
    text("base_branch", "pull_request.base.ref"),
    made(
        "cross_repository",
        "whether `pull_request.head.repo` is another than `pull_request.base.repo`",
        _across_forks,
    ),
)

PULL_REQUEST = Family(
    event="pull_request",
    about="A pull request. `user` is who opened it.",
    fields=(
        *_PULL_REQUEST,
        text("title", "pull_request.title"),
        text("body", "pull_request.body"),
        text("user", "pull_request.user.login"),
        number("user_id", "pull_request.user.id"),
        text("author_association", "pull_request.author_association"),
        flag("draft", "pull_request.draft"),
        flag("merged", "pull_request.merged"),
        text("merged_by", "pull_request.merged_by.login"),
        text("merge_commit_sha", "pull_request.merge_commit_sha"),
        texts("labels", "pull_request.labels.name"),
        text("label", "label.name"),
        text("requested_reviewer", "requested_reviewer.login"),
        text("requested_team", "requested_team.slug"),
        text("before", "before"),
        text("after", "after"),
        text("old_title", "changes.title.from"),
        text("old_base_branch", "changes.base.ref.from"),
    ),
    rows=(
        Row(action="opened", becomes="pull_request.create", operation="create"),
        Row(
            action="closed",
            when=present("pull_request.merged"),
            becomes="pull_request.merge",
            operation="modify",
        ),
        Row(action="closed", becomes="pull_request.close", operation="modify"),
        Row(action="reopened", becomes="pull_request.reopen", operation="modify"),
        Row(
            action="ready_for_review",
            becomes="pull_request.ready_for_review",
            operation="modify",
        ),
        Row(
            action="converted_to_draft",
            becomes="pull_request.converted_to_draft",
            operation="modify",
        ),
        Row(
            action="review_requested",
            becomes="pull_request.create_review_request",
            operation="create",
        ),
        Row(
            action="review_request_removed",
            becomes="pull_request.remove_review_request",
            operation="remove",
        ),
    ),
    notes=(
        (
            "Every other action keeps GitHub's name: `pull_request.synchronize`,"
            " `pull_request.auto_merge_enabled`, ..."
        ),
    ),
)

PULL_REQUEST_REVIEW = Family(
    event="pull_request_review",
    about="A review of a pull request. `user` is who reviewed.",
    fields=(
        *_PULL_REQUEST,
        number("review_id", "review.id"),
        text("review_state", "review.state"),
        text("body", "review.body"),
        text("user", "review.user.login"),
        number("user_id", "review.user.id"),
        text("author_association", "review.author_association"),
    ),
    rows=(
        Row(action="submitted", becomes="pull_request_review.submit", operation="create"),
        Row(action="dismissed", becomes="pull_request_review.dismiss", operation="modify"),
    ),
)

PULL_REQUEST_REVIEW_COMMENT = Family(
    event="pull_request_review_comment",
    about="A comment on lines of a pull request. `user` is who wrote it.",
    fields=(
        *_PULL_REQUEST,
        number("comment_id", "comment.id"),
        text("path", "comment.path"),
        text("body", "comment.body"),
        text("user", "comment.user.login"),
        number("user_id", "comment.user.id"),
        text("author_association", "comment.author_association"),
        text("old_body", "changes.body.from"),
    ),
    rows=(
        Row(
            action="created",
            becomes="pull_request_review_comment.create",
            operation="create",
        ),
        Row(
            action="edited",
            becomes="pull_request_review_comment.update",
            operation="modify",
        ),
        Row(
            action="deleted",
            becomes="pull_request_review_comment.delete",
            operation="remove",
        ),
    ),
)
