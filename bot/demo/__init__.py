"""The main job, end to end, in under a minute: no account, no network, nothing left behind."""

from pathlib import Path

from rich.console import Console

from bot.app import utcnow
from bot.demo.stage import ORG, Stage, staged
from bot.demo.story import STORY, issues
from bot.demo.telling import (
    open_curtain,
    show_issues,
    tell_happening,
    tell_scene,
    tell_sum,
)

__all__ = ["play"]


async def play(console: Console, *, playbooks: Path, lists: Path, manifest: Path) -> None:
    """Play the whole story and tell it; raise `TipstaffError` when it goes otherwise."""
    began = utcnow()
    async with staged(playbooks, lists, manifest) as stage:
        open_curtain(console, stage.sim.url, stage.app.url, len(stage.app.loaded.guarding))
        for scene in STORY:
            tell_scene(console, scene)
            tell_happening(console, await scene.play(stage))
        case_ids = dict.fromkeys(alert.case_id for alert in await stage.app.store.alerts())
        files = [await stage.case(case_id) for case_id in case_ids]
        overview = await stage.app.store.overview()
        show_issues(console, [shown(stage, issue) for issue in issues(stage)])
        tell_sum(
            console,
            deliveries=sum(overview.deliveries.values()),
            files=files,
            began=began,
            ended=utcnow(),
        )


def shown(stage: Stage, issue: dict[str, object]) -> dict[str, object]:
    """Return an issue together with where it is and what was said on it."""
    url, number = str(issue["repository_url"]), int(str(issue["number"]))
    where = "/".join(url.rsplit("/", 2)[1:])
    said = stage.sim.comments(where, number)
    comments = [{"by": comment["user"]["login"], "body": comment["body"]} for comment in said]
    return {**issue, "where": where, "shown_comments": comments, "org": ORG}
