from prometheus_client.parser import text_string_to_metric_families

from bot import __version__
from bot.metrics import Metrics


def samples(metrics: Metrics) -> dict[tuple[str, str], float]:
    """Return every sample as (name, its label values with commas): value."""
    return {
        (sample.name, ",".join(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(metrics.text().decode())
        for sample in family.samples
    }


def test_each_number_is_told_by_one_method() -> None:
    """Whatever is counted shows under its documented name with its labels."""
    metrics = Metrics.create()
    metrics.delivery("member", "accepted", 0.004)
    metrics.handled(0.2)
    metrics.alert(level="high", mode="enforce")
    metrics.step(action="revert", state="done")
    metrics.api_call(method="GET", status=200, seconds=0.1, installation=7, remaining=4999)
    metrics.api_call(method="POST", status=0, seconds=10)
    metrics.playbooks(used=9, problems=1)
    metrics.backlog(
        deliveries={"queued": 3},
        steps={"awaiting": 2},
        windows={"dead": 1},
        cases_open=4,
        oldest_seconds=5,
    )
    found = samples(metrics)
    assert found["tipstaff_build_info", __version__] == 1
    assert found["tipstaff_deliveries_total", "member,accepted"] == 1
    assert found["tipstaff_accept_seconds_sum", ""] == 0.004
    assert found["tipstaff_handle_seconds_count", ""] == 1
    assert found["tipstaff_alerts_total", "high,enforce"] == 1
    assert found["tipstaff_steps_total", "revert,done"] == 1
    assert found["tipstaff_api_calls_total", "GET,200"] == 1
    assert found["tipstaff_api_calls_total", "POST,0"] == 1
    assert found["tipstaff_rate_limit_remaining", "7"] == 4999
    assert found["tipstaff_playbooks", ""] == 9
    assert found["tipstaff_playbook_problems", ""] == 1
    assert found["tipstaff_queue", "delivery,queued"] == 3
    assert found["tipstaff_queue", "step,awaiting"] == 2
    assert found["tipstaff_queue", "window,dead"] == 1
    assert found["tipstaff_cases_open", ""] == 4
    assert found["tipstaff_queue_oldest_seconds", ""] == 5


def test_a_state_that_emptied_is_no_longer_shown() -> None:
    """The backlog is what is there now: a state without work leaves no stale number."""
    metrics = Metrics.create()
    metrics.backlog(deliveries={"queued": 3}, steps={}, windows={}, cases_open=0, oldest_seconds=1)
    metrics.backlog(deliveries={"done": 3}, steps={}, windows={}, cases_open=0, oldest_seconds=0)
    found = samples(metrics)
    assert ("tipstaff_queue", "delivery,queued") not in found
    assert found["tipstaff_queue", "delivery,done"] == 3


def test_two_processes_worth_of_metrics_share_nothing() -> None:
    """Each object has a registry of its own, so that two apps in one process do not mix."""
    one, other = Metrics.create(), Metrics.create()
    one.alert(level="low", mode="observe")
    assert ("tipstaff_alerts_total", "low,observe") not in samples(other)
