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

        Assert.That(inFlight.Admits(Replaced, isSourceThere: true), "neither");
        Assert.That(inFlight.Admits(Original with { ETag = "after" }, isSourceThere: false), "both");
        Assert.That(inFlight.Admits(Original with { ETag = "after" }, isSourceThere: true), Is.False, "only the copy");
        Assert.That(inFlight.Admits(Replaced, isSourceThere: false), Is.False, "only the deletion");
    }

    [Test]
    public void A_target_that_was_a_copy_of_the_source_is_told_apart_by_its_version()
    {
        var inFlight = Of(Original with { ETag = "copy" });

        Assert.That(inFlight.Admits(Original with { ETag = "copy" }, isSourceThere: true), "neither");
        Assert.That(inFlight.Admits(Original with { ETag = "after" }, isSourceThere: false), "both");
        Assert.That(inFlight.Admits(Original with { ETag = "copy" }, isSourceThere: false), Is.False, "only the deletion");
        Assert.That(inFlight.Admits(Original with { ETag = "after" }, isSourceThere: true), Is.False, "only the copy");
    }

    [Test]
    public void A_target_that_did_not_exist_exists_after_the_move_only()
    {
        var inFlight = Of(ItemState.Absent);

        Assert.That(inFlight.Admits(ItemState.Absent, isSourceThere: true), "neither");
        Assert.That(inFlight.Admits(Original with { ETag = "after" }, isSourceThere: false), "both");
        Assert.That(inFlight.Admits(ItemState.Absent, isSourceThere: false), Is.False, "only the deletion");
        Assert.That(inFlight.Admits(Original with { ETag = "after" }, isSourceThere: true), Is.False, "only the copy");
    }

    private static MoveInFlight Of(ItemState before) =>
        new(new Operation("1-0-4", OperationKind.Move, "target", "source"), new HashSet<ItemState> { before }, new HashSet<ItemState> { Original with { ETag = null } });
}
