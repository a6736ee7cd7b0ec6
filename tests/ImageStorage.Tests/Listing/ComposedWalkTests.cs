using System.Runtime.CompilerServices;
using ImageStorage.Diagnostics;
using ImageStorage.Failover;
using ImageStorage.Mirroring;
using ImageStorage.Providers;
using ImageStorage.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace ImageStorage.Tests.Listing;

/// <summary>
/// P6: a walk over a composition walks once over one provider, and reads each hint once. Pages would read a folder again
/// for each 1,000 images.
/// </summary>
internal sealed class ComposedWalkTests
{
    private const int Count = 2_500;
    private const int Hints = 40;

    private readonly ManualClock _clock = new();

    [Test]
    public async Task Walk_over_a_failover_with_hints_reads_the_primary_and_each_hint_once([Values] bool records)
    {
        var (isDown, calls) = (false, 0);
        var primary = new CountedWalk(new InMemoryImageProvider(_clock));
        var fallback = new FaultInjectingProvider(new InMemoryImageProvider(_clock), call =>
        {
            calls += call.HasTakenEffect ? 0 : 1;
            return null;
        });
        await using var provider = new FailoverProvider(
            new FaultInjectingProvider(primary, call => isDown && call.Operation is (ProviderOperation.Put or ProviderOperation.Delete or ProviderOperation.Check) ? new StorageUnavailableException("The primary is down.") { Provider = "InMemory" } : null),
            [fallback],
            new FailoverOptions { ReconcileInterval = null, Lease = TimeSpan.Zero },
            _clock,
            new StorageEventQueue([], NullLogger.Instance),
            NullLogger.Instance);
        var storage = new ImageStorageManager(provider, null, _clock);
        await SaveAsync(storage, Count);
        isDown = true;
        for (var i = 0; i < Hints; i += 2)
        {
            await storage.SaveBytesAsync($"folder/{i:0000}.png", SampleImages.OfLength(200, i));
            await storage.DeleteAsync($"folder/{i + 1:0000}.png");
        }

        (primary.Lists, primary.Entries, calls) = (0, 0, 0);

        var walked = await provider.WalkAsync(new WalkOptions { Records = records }).ToListAsync();

        Assert.That(walked.Select(image => image.Key!.Value.Value), Is.EqualTo(Enumerable.Range(0, Count).Where(i => i >= Hints || i % 2 == 0).Select(i => $"folder/{i:0000}.png")));
        Assert.That(walked.Select(image => image.Info is not null), Is.All.EqualTo(records));
        Assert.That((primary.Lists, primary.Entries), Is.EqualTo((0, Count)));
        Assert.That(calls, Is.LessThan(4 * Hints), "Each hint and each payload is read once.");
    }

    [Test]
    public async Task Walk_over_a_mirror_walks_over_one_replica_once_and_continues_on_the_other([Values] bool primaryFails)
    {
        var (primary, mirror) = (new CountedWalk(new InMemoryImageProvider(_clock)), new CountedWalk(new InMemoryImageProvider(_clock)));
        await using var provider = new MirrorProvider(
            primary, mirror, new MirrorOptions { ReconcileInterval = null, Lease = TimeSpan.Zero, RetryPause = TimeSpan.Zero }, _clock, new StorageEventQueue([], NullLogger.Instance), NullLogger.Instance);
        var storage = new ImageStorageManager(provider, null, _clock);
        await SaveAsync(storage, Count);
        primary.FailsAfter = primaryFails ? 1_000 : int.MaxValue;
        (primary.Lists, primary.Entries, mirror.Lists, mirror.Entries) = (0, 0, 0, 0);

        var walked = await provider.WalkAsync().ToListAsync();

        Assert.That(walked.Select(image => image.Key!.Value.Value), Is.EqualTo(Enumerable.Range(0, Count).Select(i => $"folder/{i:0000}.png")));
        Assert.That((primary.Lists, mirror.Lists), Is.EqualTo((0, 0)));
        Assert.That(primary.Entries + mirror.Entries, Is.EqualTo(Count));
        Assert.That(mirror.Entries, primaryFails ? Is.EqualTo(Count - 1_000) : Is.Zero);
    }

    private static async Task SaveAsync(ImageStorageManager storage, int count)
    {
        for (var i = 0; i < count; i++)
        {
            await storage.SaveBytesAsync($"folder/{i:0000}.png", SampleImages.OfLength(100, i));
        }
    }

    /// <summary>A provider with a walk of its own, which may become unavailable in the middle.</summary>
    private sealed class CountedWalk(IImageProvider inner) : InterceptingImageProvider(inner), IImageWalk
    {
        public int Lists { get; set; }

        public int Entries { get; set; }

        public int FailsAfter { get; set; } = int.MaxValue;

        public async IAsyncEnumerable<WalkedImage> WalkAsync(WalkOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            await foreach (var image in Inner.WalkAsync(options, cancellationToken))
            {
                if (Entries == FailsAfter)
                {
                    throw new StorageUnavailableException("The replica went away.") { Provider = "InMemory" };
                }

                Entries++;
                yield return image;
            }
        }

        protected override Task<TResult> InterceptAsync<TState, TResult>(InterceptedCall intercepted, TState state, Func<TState, CancellationToken, Task<TResult>> proceed, CancellationToken cancellationToken)
        {
            Lists += intercepted.Operation == ProviderOperation.List ? 1 : 0;
            return proceed(state, cancellationToken);
        }
    }
}
