using ImageStorage.Diagnostics;
using ImageStorage.Failover;
using ImageStorage.History;
using ImageStorage.Providers;
using ImageStorage.Testing.NUnit;
using Microsoft.Extensions.Logging.Abstractions;

namespace ImageStorage.Tests.Failover;

/// <summary>
/// P9: what one process finds in a first step, another process may have replayed, replaced or removed before the second step. Each test lets the other process come at every
/// moment of the first one in turn; the store is in memory, so the other process has finished when its call returns.
/// </summary>
internal sealed class ConcurrentReconcileTests
{
    /// <summary>What the other process does.</summary>
    public enum Other
    {
        Reconciles,
        Saves,
        Deletes,
        Updates,
    }

    [Test]
    public Task Reconciliation_reports_no_damage_when_another_process_comes_between([Values] Other other, [Values(2, 3)] int providers) => AtEachMomentAsync(
        providers,
        other,
        async (process, at) =>
        {
            var result = await process.ReconcileAsync();

            Assert.That((result.Unreadable, result.Conflicts), Is.EqualTo((0, 0)), $"The other process came at moment {at}.");
        });

    [Test]
    public Task Read_reports_no_damage_when_another_process_comes_between([Values] Other other) => AtEachMomentAsync(2, other, async (process, at) =>
    {
        var seen = await new ImageStorageManager(process).GetBytesAsync("a");

        Assert.That(seen is not null || other == Other.Deletes, Is.True, $"The other process came at moment {at}.");
    });

    [Test]
    public Task List_reports_no_damage_when_another_process_comes_between([Values] Other other) => AtEachMomentAsync(2, other, async (process, at) =>
    {
        var seen = await new ImageStorageManager(process).EnumerateAsync().Select(info => info.Key.Value).ToListAsync();

        Assert.That(seen, other == Other.Deletes ? Is.SupersetOf(new[] { "b", "c" }) : Is.EquivalentTo(new[] { "a", "b", "c" }), $"The other process came at moment {at}.");
    });

    [Test]
    public Task Update_finds_the_image_when_another_process_comes_between([Values(Other.Reconciles, Other.Saves, Other.Updates)] Other other) => AtEachMomentAsync(2, other, async (process, at) =>
    {
        var updated = await process.UpdateAsync("a", new RecordUpdate { Tags = ["own"] });

        Assert.That(updated?.Tags, Is.EqualTo(new[] { "own" }), $"The other process came at moment {at}.");
    }, writes: true);

    // No caller changes the image: the expected version exists all the time, until the image is replayed under another ETag, and then the result is a conflict.
    [Test]
    public Task Conditional_save_is_judged_by_what_is_there_when_another_process_reconciles_between() => AtEachMomentAsync(2, Other.Reconciles, async (process, at) =>
    {
        try
        {
            await process.PutAsync(await RequestAsync(process), CancellationToken.None);
        }
        catch (ImageConflictException conflict)
        {
            Assert.That(conflict.Message, Does.Not.Contain("no such image").IgnoreCase, $"The other process came at moment {at}.");
            Assert.That(await process.GetInfoAsync("a"), Is.Not.Null);
        }
    }, writes: true);

    [Test]
    public Task Delete_succeeds_when_another_process_reconciles_between() => AtEachMomentAsync(2, Other.Reconciles, async (process, at) =>
    {
        Assert.That(await process.DeleteAsync("a"), Is.True, $"The other process came at moment {at}.");

        await process.ReconcileAsync();
        Assert.That(await process.GetInfoAsync("a"), Is.Null);
    }, writes: true);

    [Test]
    public async Task Entries_of_the_history_are_replayed_once_when_another_process_comes_between([Values] bool removes)
    {
        for (var at = 0; ; at++)
        {
            await using var pair = new Pair(isShared: true);
            var events = new List<StorageEvent>();
            var queue = Queue(events);
            var (process, other) = (pair.Open(pair.Sides, pair.Clock, queue), pair.Open());
            pair.Primary.GoDown();
            var entry = await new ImageHistory(other, pair.Clock).AppendAsync(new HistoryEntry { Mode = "m" });
            pair.Primary.ComeBack();
            var calls = Interrupt(pair, at, () => removes ? new ImageHistory(other, pair.Clock).RemoveAsync(entry.Id!) : other.ReconcileAsync());

            var result = await process.ReconcileAsync();

            var count = calls();
            Assert.That((result.Unreadable, result.Remaining), Is.EqualTo((0, 0)), $"The other process came at moment {at}.");
            await queue.DisposeAsync();
            Assert.That(events.OfType<HintUnreadable>(), Is.Empty);
            if (count <= at)
            {
                return;
            }
        }
    }

    // An earlier fallback has a hint that cannot be read, and a later hint supersedes it: two processes retain it.
    [Test]
    public async Task Unreadable_hint_that_is_superseded_is_retained_once_when_another_process_interferes()
    {
        for (var at = 0; ; at++)
        {
            await using var pair = new Pair(3, isShared: true);
            var (process, other) = (pair.Open(), pair.Open());
            pair.Primary.GoDown();
            await new ImageStorageManager(other).SaveBytesAsync("a", Pair.Image(1));
            pair.Fallback.GoDown();
            await new ImageStorageManager(other).SaveBytesAsync("a", Pair.Image(2));
            pair.Primary.ComeBack();
            pair.Fallback.ComeBack();
            await pair.Fallback.Store.Documents.PutAsync(HintStore.NameOf("a"), "rubbish"u8.ToArray());
            var calls = Interrupt(pair, at, () => other.ReconcileAsync());

            Assert.That(async () => await process.ReconcileAsync(), Throws.Nothing, $"The other process came at moment {at}.");

            var count = calls();
            await process.ReconcileAsync();
            Assert.That(await new ImageStorageManager(process).GetBytesAsync("a"), Is.EqualTo(Pair.Image(2)));
            var retained = await pair.Fallback.Store.Documents.ListAsync(HintStore.RetainedPrefix);
            foreach (var name in retained)
            {
                Assert.That((await pair.Fallback.Store.Documents.GetAsync(name))!.Content.ToArray(), Is.EqualTo("rubbish"u8.ToArray()), $"A hint that was gone was retained, at moment {at}.");
            }

            if (count <= at)
            {
                return;
            }
        }
    }

    // The real thing: four processes whose background comes at once after an outage.
    [Test]
    public async Task Reconcilers_of_several_processes_on_threads_report_no_damage([Range(1, 10)] int round)
    {
        await using var pair = new Pair(isShared: true);
        var events = new List<StorageEvent>();
        var queue = Queue(events);
        var processes = Enumerable.Range(0, 4).Select(_ => pair.Open(pair.Sides, pair.Clock, queue)).ToList();
        pair.Primary.GoDown();
        for (var i = 0; i < 40; i++)
        {
            await pair.SaveAsync($"k{i}", round + i);
        }

        pair.Primary.ComeBack();
        var results = new ReconcileResult[processes.Count];
        await Testing.NUnit.Threads.RunAsync(processes.Count, async thread => results[thread] = await processes[thread].ReconcileAsync());

        Assert.That(results.Select(result => result.Unreadable), Has.All.Zero);
        await queue.DisposeAsync();
        Assert.That(events.OfType<HintUnreadable>(), Is.Empty);
        for (var i = 0; i < 40; i++)
        {
            Assert.That(await pair.BytesAsync($"k{i}"), Is.EqualTo(Pair.Hex(round + i)));
        }
    }

    /// <summary>Runs a call again and again, the other process coming one moment later each time, until the call ends before that.</summary>
    private static async Task AtEachMomentAsync(int providers, Other other, Func<FailoverProvider, int, Task> act, bool writes = false)
    {
        for (var at = 0; ; at++)
        {
            await using var pair = new Pair(providers, isShared: true);
            var events = new List<StorageEvent>();
            var queue = Queue(events);
            var (process, second) = (pair.Open(pair.Sides, pair.Clock, queue), pair.Open(pair.Sides, pair.Clock, queue));
            await HandOffAsync(pair, second);
            var calls = Interrupt(pair, at, () => ActAsync(second, other));

            await act(process, at);

            var count = calls();
            await process.ReconcileAsync();
            await queue.DisposeAsync();
            Assert.That(events.OfType<HintUnreadable>(), Is.Empty, $"The other process came at moment {at}.");
            await AssertSoundAsync(pair, writes ? null : count > at ? other : Other.Reconciles);
            if (count <= at)
            {
                return;
            }
        }
    }

    /// <summary>Three images wait for the primary: on the last fallback, and in a chain of three one of them on both.</summary>
    private static async Task HandOffAsync(Pair pair, FailoverProvider process)
    {
        var storage = new ImageStorageManager(process, null, pair.Clock);
        pair.Primary.GoDown();
        await storage.SaveBytesAsync("a", Pair.Image(1));
        if (pair.Sides.Count > 2)
        {
            pair.Fallback.GoDown();
            await storage.SaveBytesAsync("a", Pair.Image(1));
            pair.Fallback.ComeBack();
        }

        await storage.SaveBytesAsync("b", Pair.Image(2));
        await storage.SaveBytesAsync("c", Pair.Image(3));
        pair.Primary.ComeBack();
    }

    private static Task ActAsync(FailoverProvider process, Other other) => other switch
    {
        Other.Reconciles => process.ReconcileAsync(),
        Other.Saves => new ImageStorageManager(process).SaveBytesAsync("a", Pair.Image(4)),
        Other.Deletes => process.DeleteAsync("a"),
        _ => process.UpdateAsync("a", new RecordUpdate { Tags = ["other"] }),
    };

    private static async Task AssertSoundAsync(Pair pair, Other? other)
    {
        if (other is { } last)
        {
            Assert.That(await pair.BytesAsync("a"), Is.EqualTo(last switch { Other.Saves => Pair.Hex(4), Other.Deletes => null, _ => Pair.Hex(1) }));
        }

        Assert.That(await pair.BytesAsync("b"), Is.EqualTo(Pair.Hex(2)));
        Assert.That(await pair.BytesAsync("c"), Is.EqualTo(Pair.Hex(3)));
        foreach (var side in pair.Sides.Skip(1))
        {
            Assert.That(await side.CountHintsAsync(), Is.Zero);
        }
    }

    /// <summary>Runs another process's call at one moment of the calls that follow; the result answers how many moments there were, and ends that.</summary>
    private static Func<int> Interrupt(Pair pair, int at, Func<Task> act)
    {
        var calls = 0;
        foreach (var side in pair.Sides)
        {
            side.Fault = _ =>
            {
                if (calls++ == at)
                {
                    Assert.That(act().IsCompletedSuccessfully, Is.True, "The store is in memory, so it is done when the call returns.");
                }

                return null;
            };
        }

        return () =>
        {
            foreach (var side in pair.Sides)
            {
                side.ComeBack();
            }

            return calls;
        };
    }

    private static async Task<ImageStorage.Providers.PutRequest> RequestAsync(FailoverProvider process) => new()
    {
        Key = "a",
        Content = new PieceContent(Pair.Image(5), 1000),
        ContentType = "image/png",
        Width = 1,
        Height = 1,
        Precondition = new IfMatch((await process.GetInfoAsync("a"))!.ETag),
    };

    private static StorageEventQueue Queue(List<StorageEvent> events)
    {
        var queue = new StorageEventQueue([], NullLogger.Instance);
        _ = queue.Subscribe(events.Add);
        return queue;
    }
}
