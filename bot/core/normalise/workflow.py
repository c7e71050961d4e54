"""`workflow_run`, `workflow_job`: GitHub Actions at work."""

from bot.core.normalise.payload import Payload, dig
from bot.core.normalise.readers import made, number, text, texts
from bot.core.normalise.table import Family, Row


def _across_forks(payload: Payload) -> bool | None:
    """Tell whether the code that runs comes from another repository than the one it runs in."""
    head = dig(payload, ("workflow_run", "head_repository", "full_name"))
    base = dig(payload, ("repository", "full_name"))
    return head != base if type(head) is str and type(base) is str else None


WORKFLOW_RUN = Family(
    event="workflow_run",
    about="A run of a workflow.",
    fields=(
        number("workflow_run_id", "workflow_run.id"),
        number("workflow_id", "workflow_run.workflow_id"),
        text("name", "workflow_run.name"),
        text("path", "workflow_run.path"),
        text("event", "workflow_run.event"),
        text("status", "workflow_run.status"),
        text("conclusion", "workflow_run.conclusion"),
        text("head_branch", "workflow_run.head_branch"),
        text("head_sha", "workflow_run.head_sha"),
        text("head_repository", "workflow_run.head_repository.full_name"),
        made(
            "cross_repository",
            "whether `workflow_run.head_repository` is another than `repository`",
            _across_forks,
        ),
        text("triggering_actor", "workflow_run.triggering_actor.login"),
        number("run_number", "workflow_run.run_number"),
        number("run_attempt", "workflow_run.run_attempt"),
        text("started_at", "workflow_run.run_started_at"),
    ),
    rows=(
        Row(
            action="requested",
            becomes="workflows.created_workflow_run",
            operation="create",
        ),
        Row(
            action="completed",
            becomes="workflows.completed_workflow_run",
            operation="modify",
            fields=(text("completed_at", "workflow_run.updated_at"),),
        ),
        Row(
            action="in_progress",
            becomes="workflow_run.in_progress",
            operation="modify",
            coined=True,
        ),
    ),
    notes=("`event` is what started the run, such as `push` or `pull_request_target`.",),
)

WORKFLOW_JOB = Family(
    event="workflow_job",
    about="A job of a workflow run.",
    fields=(
        number("job_id", "workflow_job.id"),
        text("job_name", "workflow_job.name"),
        number("workflow_run_id", "workflow_job.run_id"),
        number("run_attempt", "workflow_job.run_attempt"),
        text("workflow_name", "workflow_job.workflow_name"),
        text("status", "workflow_job.status"),
        text("conclusion", "workflow_job.conclusion"),
        text("head_branch", "workflow_job.head_branch"),
        text("head_sha", "workflow_job.head_sha"),
        texts("runner_labels", "workflow_job.labels"),
        number("runner_id", "workflow_job.runner_id"),
        text("runner_name", "workflow_job.runner_name"),
        text("runner_group_name", "workflow_job.runner_group_name"),
        texts("step_names", "workflow_job.steps.name"),
    ),
    rows=(
        Row(
            action="in_progress",
            becomes="workflows.prepared_workflow_job",
            operation="modify",
        ),
        Row(action="queued", becomes="workflow_job.queued", operation="create", coined=True),
        Row(action="waiting", becomes="workflow_job.waiting", operation="modify", coined=True),
        Row(
            action="completed",
            becomes="workflow_job.completed",
            operation="modify",
            coined=True,
        ),
    ),
    notes=(
        (
            "The audit log's `workflows.prepared_workflow_job` also names the secrets passed to the"
            " job; a webhook does not."
        ),
    ),
)
