using ImageStorage.Coordination;
using ImageStorage.Diagnostics;
using ImageStorage.Mirroring;
using ImageStorage.Providers;
using ImageStorage.Tests.Failover;
using ImageStorage.Tests.Instrumentation;
using Microsoft.Extensions.Logging.Abstractions;

namespace ImageStorage.Tests.Mirroring;

/// <summary>
/// P9: what one process finds in a first step, another process may have finished before the second step. Each test lets the other process come at every moment of the
/// first one in turn; the store is in memory, so the other process has finished when its call returns.
/// </summary>
internal sealed class ConcurrentMirrorTests
{
    [Test]
    public async Task Reconciliation_and_resync_report_no_damage_when_another_process_comes_between([Values] bool isResync, [Values] bool isUnreadable)
    {
        for (var at = 0; ; at++)
        {
            await using var pair = new MirrorPair(isShared: true);
            var other = pair.Open();
            await MissAsync(pair, isUnreadable);
            var calls = Interrupt(pair, at, () => other.ReconcileAsync());

            if (isResync)
            {
                Assert.That((await pair.Provider.ResyncAsync()).Failed, Is.Zero, $"The other process came at moment {at}.");
            }
            else
            {
                // An unreadable hint is reported by the process that finds the hint, and retained once.
                Assert.That((await pair.Provider.ReconcileAsync()).Unreadable, Is.Zero.Or.EqualTo(isUnreadable ? 1 : 0), $"The other process came at moment {at}.");
            }

            var count = calls();
            await pair.Provider.ReconcileAsync();
            Assert.That(await pair.BytesAsync("a"), Is.EqualTo(Pair.Hex(2)));
            foreach (var replica in (MirrorTestReplica[])[pair.Primary, pair.Mirror])
            {
                foreach (var name in await replica.Store.Documents.ListAsync(MirrorHints.RetainedPrefix))
                {
                    Assert.That((await replica.Store.Documents.GetAsync(name))!.Content.ToArray(), Is.EqualTo("rubbish"u8.ToArray()), $"A hint that no longer existed was retained, at moment {at}.");
                }
            }

            if (!isUnreadable)
            {
                Assert.That((await pair.EventsAsync()).OfType<HintUnreadable>(), Is.Empty);
            }

            if (count <= at)
            {
                return;
            }
        }
    }

    [Test]
    public async Task Repair_that_another_process_was_faster_with_is_no_failure([Values] bool saves)
    {
        for (var at = 0; ; at++)
        {
            await using var pair = new MirrorPair(isShared: true);
            var (logger, other) = (new RecordingLogger(), new ImageStorageManager(pair.Open(), null, pair.Clock));
            await pair.SaveAsync("a", 1);
            var own = pair.Open(logger: logger);
            await own.GetInfoAsync("other");
            pair.Primary.Damage("a");
            var image = await own.OpenReadAsync("a");
            var calls = Interrupt(pair, at, async () =>
            {
                _ = saves ? await other.SaveBytesAsync("a", Pair.Image(2)) : await other.SaveBytesAsync("a", Pair.Image(1));
            });

            try
            {
                await image!.Content.CopyToAsync(Stream.Null);
            }
            catch (ImageCorruptedException) when (saves)
            {
                // The version that is read is damaged here and replaced there: no replica has this version any more.
            }

            await own.WaitForRepairsAsync();

            var count = calls();
            await image!.DisposeAsync();
            Assert.That(logger.Entries.Where(entry => entry.Id.Id == 76).Select(entry => entry.Text), Is.Empty, $"The other process came at moment {at}.");
            Assert.That(await pair.BytesAsync("a"), Is.EqualTo(saves && count > at ? Pair.Hex(2) : Pair.Hex(1)));
            await pair.Provider.ReconcileAsync();
            await pair.AssertEqualAsync();
            if (count <= at)
            {
                return;
            }
        }
    }

    [Test]
    public async Task Concurrent_first_saves_of_several_processes_all_succeed([Range(1, 10)] int round)
    {
        await using var pair = new MirrorPair(isShared: true);
        var processes = Enumerable.Range(0, 4).Select(_ => new ImageStorageManager(pair.Open())).ToList();

        await Testing.NUnit.Threads.RunAsync(200, caller => processes[caller % 4].SaveBytesAsync($"{round}/{caller}", Pair.Image(caller)));

        Assert.That((await pair.Provider.GetUsageAsync()).Count, Is.EqualTo(200));
        await pair.Provider.ReconcileAsync();
        await pair.AssertEqualAsync();
    }

    // Two first calls of one process: the slower one ends a step of the pairing when the faster one has completed the pairing and is writing already.
    [Test]
    public Task Save_succeeds_although_a_step_of_the_pairing_that_another_call_of_the_process_has_begun_ends_late() => Task.Run(async () =>
    {
        // In a task: the context of a test would not let the held call go on at once.
        var at = 0;
        for (var hasWaited = true; hasWaited && at < 100; at++)
        {
            hasWaited = false;
            for (var released = 0; released < 12; released++)
            {
                await using var pair = new MirrorPair(isShared: true);
                await using var queue = new StorageEventQueue([], NullLogger.Instance);
                var turnstile = new Turnstile();
                await using var provider = new MirrorProvider(new Turnstiled(pair.Primary.Open(), turnstile), new Turnstiled(pair.Mirror.Open(), turnstile), pair.Options, pair.Clock, queue, NullLogger.Instance);
                var slow = turnstile.HoldAsync(() => provider.GetInfoAsync("other"));
                turnstile.Release(at);
                hasWaited |= !slow.IsCompleted;
                pair.Primary.Medium.Fault = call =>
                {
                    if (call.Operation == ProviderOperation.Put && !call.HasTakenEffect)
                    {
                        turnstile.Release(released);
                    }

                    return null;
                };

                Assert.That(async () => await new ImageStorageManager(provider).SaveBytesAsync("a", Pair.Image(1)), Throws.Nothing, $"The slow call stopped at its call {at}, and went on by {released}.");

                pair.Primary.Medium.ComeBack();
                turnstile.Open();
                await slow;
                await pair.AssertEqualAsync();
            }
        }

        Assert.That(at, Is.GreaterThan(5).And.LessThan(100));
    });

    // Two machines share the primary and have a mirror each: the second one's is new, and takes the place of the first one's. The first one must notice, since its mirror misses what the second writes.
    [Test]
    public async Task Process_whose_mirror_another_process_has_replaced_stops_at_its_next_look([Values] bool isByHand)
    {
        await using var pair = new MirrorPair(isShared: true);
        await pair.SaveAsync("a", 1);
        var second = pair.Open(mirror: pair.NewReplica("Second of another machine"));
        await new ImageStorageManager(second).SaveBytesAsync("a", Pair.Image(2));
        await second.ReconcileAsync();

        Assert.That(async () => await (isByHand ? pair.Provider.ReconcileAsync() : (Task)pair.Provider.IsIdleAsync(default).AsTask()), Throws.TypeOf<StorageNotSupportedException>().With.Message.Contains("two different mirrors"));

        pair.Primary.Medium.GoDown();
        Assert.That(async () => await pair.BytesAsync("a"), Throws.InstanceOf<ImageStorageException>(), "The older image of the replaced mirror was served.");
        pair.Primary.Medium.ComeBack();
        Assert.That(() => pair.SaveAsync("a", 3), Throws.TypeOf<StorageNotSupportedException>());
        Assert.That(await new ImageStorageManager(second).GetBytesAsync("a"), Is.EqualTo(Pair.Image(2)));
    }

    [Test]
    public async Task Mirror_that_was_replaced_for_all_processes_is_used_from_the_next_look_on()
    {
        await using var pair = new MirrorPair(isShared: true);
        await pair.SaveAsync("a", 1);
        var replaced = pair.Mirror;
        await replaced.Store.DeleteAsync("a");
        await replaced.Store.Documents.DeleteAsync(PairingDocument.OfReplica);

        await pair.Provider.ReconcileAsync();

        Assert.That(await replaced.Store.GetInfoAsync("a"), Is.Not.Null, "The new disk was not filled.");
        await pair.AssertEqualAsync();
    }

    // The failure of a provider whose medium is absent. A delete must not remove the other copy and report that no
    // image existed, and the image must not come back.
    [Test]
    public async Task Delete_while_one_replica_is_away_says_that_the_image_was_there_and_holds_when_the_replica_is_back([Values] bool isPrimaryAway)
    {
        await using var pair = new MirrorPair();
        await pair.SaveAsync("a", 1);
        var away = isPrimaryAway ? pair.Primary : pair.Mirror;
        away.Medium.GoDown();

        Assert.That(await pair.Storage.GetInfoAsync("a"), Is.Not.Null);
        Assert.That(await pair.Storage.DeleteAsync("a"), Is.True);
        Assert.That(await pair.Storage.GetInfoAsync("a"), Is.Null);

        away.Medium.ComeBack();
        Assert.That(await pair.Storage.GetInfoAsync("a"), Is.Null, "The deleted image is back.");
        await pair.Provider.ReconcileAsync();
        await pair.AssertEqualAsync();
    }

    /// <summary>The mirror has missed two writes of one image.</summary>
    private static async Task MissAsync(MirrorPair pair, bool isUnreadable)
    {
        await pair.SaveAsync("a", 1);
        await pair.SaveAsync("b", 1);
        pair.Mirror.Medium.GoDown();
        await pair.SaveAsync("a", 2);
        await pair.Storage.DeleteAsync("b");
        pair.Mirror.Medium.ComeBack();
        if (isUnreadable)
        {
            var name = (await pair.Primary.Store.Documents.ListAsync("mirror/h-"))[0];
            await pair.Primary.Store.Documents.PutAsync($"{name.Value[..^32]}{Guid.CreateVersion7():n}", "rubbish"u8.ToArray());
        }
    }

    private static Func<int> Interrupt(MirrorPair pair, int at, Func<Task> act)
    {
        var calls = 0;
        foreach (var replica in (TestPart[])[pair.Primary.Medium, pair.Mirror.Medium])
        {
            replica.Fault = _ =>
            {
                if (Interlocked.Increment(ref calls) - 1 == at)
                {
                    Assert.That(act().IsCompletedSuccessfully, Is.True, "The store is in memory, so it is done when the call returns.");
                }

                return null;
            };
        }

        return () =>
        {
            pair.Primary.Medium.ComeBack();
            pair.Mirror.Medium.ComeBack();
            return calls;
        };
    }

    /// <summary>Stops each call of a provider that a certain call of the store makes, until the test releases the call.</summary>
    private sealed class Turnstile
    {
        private readonly AsyncLocal<bool> _isHeld = new();
        private TaskCompletionSource? _waiting;
        private volatile bool _isOpen;

        public async Task HoldAsync(Func<Task> call)
        {
            _isHeld.Value = true;
            await call().ConfigureAwait(false);
        }

        public Task PassAsync() => _isHeld.Value && !_isOpen ? (_waiting = new TaskCompletionSource()).Task : Task.CompletedTask;

        /// <summary>Holds no call any more.</summary>
        public void Open()
        {
            _isOpen = true;
            Release(1);
        }

        /// <summary>Lets the held call go on by some calls; it has made them when this method returns.</summary>
        public void Release(int calls)
        {
            while (calls-- > 0 && Interlocked.Exchange(ref _waiting, null) is { } waiting)
            {
                waiting.SetResult();
            }
        }
    }

    private sealed class Turnstiled(IImageProvider inner, Turnstile turnstile) : InterceptingImageProvider(inner)
    {
        protected override async Task<TResult> InterceptAsync<TState, TResult>(InterceptedCall intercepted, TState state, Func<TState, CancellationToken, Task<TResult>> proceed, CancellationToken cancellationToken)
        {
            // Only the pairing: a call that is held inside a lock would hold all others.
            if (intercepted.Operation == ProviderOperation.List || intercepted.Name == PairingDocument.OfReplica.Value)
            {
                await turnstile.PassAsync().ConfigureAwait(false);
            }

            return await proceed(state, cancellationToken);
        }
    }
}
