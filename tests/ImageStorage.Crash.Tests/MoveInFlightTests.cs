using ImageStorage.CrashHarness.Model;
using ImageStorage.CrashHarness.Workload;

namespace ImageStorage.Crash.Tests;

/// <summary>What a check permits for a move whose outcome is unknown.</summary>
[TestFixture]
public sealed class MoveInFlightTests
{
    private static readonly ItemState Replaced = new("1-0-3", "1-0-3", "before");
    private static readonly ItemState Original = new("1-0-2", "1-0-2", "source");

    [Test]
    public void Both_effects_and_neither_are_permitted_whether_or_not_versions_are_known([Values] bool isVersionKnown)
    {
        var before = isVersionKnown ? Replaced : Replaced with { ETag = null };
        var inFlight = Of(before);

        Assert.That(inFlight.Admits(Replaced, Original), "neither");
        Assert.That(inFlight.Admits(Original with { ETag = "after" }, ItemState.Absent), "both");
        Assert.That(inFlight.Admits(Original with { ETag = "after" }, Original), Is.False, "only the copy");
        Assert.That(inFlight.Admits(Replaced, ItemState.Absent), Is.False, "only the deletion");
    }

    [Test]
    public void A_target_that_was_a_copy_of_the_source_is_told_apart_by_its_version()
    {
        var inFlight = Of(Original with { ETag = "copy" });

        Assert.That(inFlight.Admits(Original with { ETag = "copy" }, Original), "neither");
        Assert.That(inFlight.Admits(Original with { ETag = "after" }, ItemState.Absent), "both");
        Assert.That(inFlight.Admits(Original with { ETag = "copy" }, ItemState.Absent), Is.False, "only the deletion");
        Assert.That(inFlight.Admits(Original with { ETag = "after" }, Original), Is.False, "only the copy");
    }

    [Test]
    public void A_target_that_did_not_exist_exists_after_the_move_only()
    {
        var inFlight = Of(ItemState.Absent);

        Assert.That(inFlight.Admits(ItemState.Absent, Original), "neither");
        Assert.That(inFlight.Admits(Original with { ETag = "after" }, ItemState.Absent), "both");
        Assert.That(inFlight.Admits(ItemState.Absent, ItemState.Absent), Is.False, "only the deletion");
        Assert.That(inFlight.Admits(Original with { ETag = "after" }, Original), Is.False, "only the copy");
    }

    [Test]
    public void A_source_that_may_not_have_existed_may_be_missing_without_the_move([Values] bool mayBeMissing)
    {
        var inFlight = Of(ItemState.Absent, mayBeMissing ? [Original, ItemState.Absent] : [Original]);

        Assert.That(inFlight.Admits(ItemState.Absent, ItemState.Absent), Is.EqualTo(mayBeMissing));
    }

    [Test]
    public void A_move_is_judged_only_if_no_later_operation_concerns_its_images([Values("target", "source", "other")] string key, [Values] bool isCopy)
    {
        var expected = new Expectations();
        expected.Apply(new Outcome(new Operation("1-0-3", OperationKind.Save, "source"), OutcomeKind.Acknowledged) { Answer = true });
        expected.Apply(new Outcome(new Operation("1-0-4", OperationKind.Move, "target", "source"), OutcomeKind.Unknown));
        expected.Apply(new Outcome(isCopy ? new Operation("1-0-5", OperationKind.Copy, "elsewhere", key) : new Operation("1-0-5", OperationKind.Save, key), OutcomeKind.Unknown));

        Assert.That(expected.Moves, Has.Count.EqualTo(key == "other" ? 1 : 0));
    }

    private static MoveInFlight Of(ItemState before, params ItemState[] sources) =>
        new(new Operation("1-0-4", OperationKind.Move, "target", "source"), (sources is [] ? [Original] : sources).ToHashSet(), new HashSet<ItemState> { before }, new HashSet<ItemState> { Original with { ETag = null } });
}
