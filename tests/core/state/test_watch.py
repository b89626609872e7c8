"""The memory of what the service could not do."""

from monitor.core.state.watch import Fault, Watch


def test_a_fault_is_ended_once_and_others_go_on() -> None:
    watch = Watch()
    broker, storage = Fault(100.0, "no broker"), Fault(200.0, "no disk")
    watch.begin_fault("broker_lost", broker)
    watch.begin_fault("storage_fault", storage)
    assert watch.end_fault("broker_lost") == broker
    assert watch.end_fault("broker_lost") is None
    assert watch.faults == {"storage_fault": storage}


def test_a_fault_that_is_reported_again_is_the_newer_one() -> None:
    watch = Watch()
    watch.begin_fault("broker_lost", Fault(100.0, "no broker"))
    watch.begin_fault("broker_lost", Fault(50.0, "still none"))
    assert watch.end_fault("broker_lost") == Fault(50.0, "still none")


def test_the_record_of_unwatched_time_ends_where_it_was_noted_last() -> None:
    watch = Watch()
    assert watch.unwatched_until is None
    for until in (100.0, 160.0):
        watch.note_unwatched(until)
    assert watch.unwatched_until == 160.0
    assert Watch().faults == {}, "sessions share nothing"
