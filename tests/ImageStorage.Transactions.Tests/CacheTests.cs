using ImageStorage.Caching;
using ImageStorage.Providers;
using ImageStorage.Testing;
using ImageStorage.Transactions.Tests.Running;
using ImageStorage.Transactions.Tests.Stores;

namespace ImageStorage.Transactions.Tests;

/// <summary>
/// Transactions and moves of several processes with a cache each (P1, P7, P9). The cache of a process holds versions
/// that another process has replaced, and no decision may depend on these versions.
/// </summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class CacheTests : IAsyncDisposable
{
    private readonly TestClock _clock = new();
    private readonly CachedFolder _store = new();
    private readonly TestProcess _process;
    private readonly TestProcess _other;
    private Func<CallMoment, Exception?> _fault = _ => null;

    public CacheTests() => (_process, _other) = (new TestProcess(_store, _clock), new TestProcess(_store, _clock, fault: moment => _fault(moment)));

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        await _other.DisposeAsync();
        await _store.DisposeAsync();
    }

    [Test]
    public async Task Transaction_changes_the_version_of_another_process()
    {
        await OverwriteAsync("a.png", "b.png", "c.png", "d.png", "e.png");

        await _process.Transactions.ExecuteAsync(tx =>
        {
            tx.Save("a.png", new MemoryStream(SampleImages.OfLength(300, 7))).Update("b.png", new ImageUpdate { Tags = ["x"] }).Delete("c.png").Move("d.png", "e.png");
            return Task.CompletedTask;
        });

        Assert.That(await _other.Storage.GetBytesAsync("e.png"), Is.EqualTo(SampleImages.OfLength(300, 2)));
        await StoreState.AssertTidyAsync(_process, "done");
    }

    [Test]
    public async Task Move_evaluates_its_preconditions_on_the_version_of_another_process([Values] bool isDeleted)
    {
        var written = await OverwriteAsync("a.png", "b.png");
        _ = isDeleted && await _other.Storage.DeleteAsync("b.png");

        var moved = await _process.Storage.MoveAsync("a.png", "b.png", new CopyOptions { SourcePrecondition = new IfMatch(written[0].ETag), Precondition = isDeleted ? IfNoneMatch.Any : new IfMatch(written[1].ETag) });

        Assert.That(await _other.Storage.GetInfoAsync("b.png"), Is.EqualTo(moved));
    }

    // As after a refused save: the caller reads the image again, and tries again with the version that it finds.
    [Test]
    public async Task Refused_copy_of_a_cached_version_drops_the_version_from_the_cache([Values] bool isMove)
    {
        var written = await OverwriteAsync("a.png");
        Task<ImageInfo> TransferAsync(ImageInfo? version) => isMove
            ? _process.Storage.MoveAsync("a.png", "b.png", new CopyOptions { SourcePrecondition = new IfMatch(version!.ETag) })
            : _process.Storage.CopyAsync("a.png", "b.png", new CopyOptions { SourcePrecondition = new IfMatch(version!.ETag) });
        var stale = await _process.Storage.GetInfoAsync("a.png");

        Assert.That(async () => await TransferAsync(stale), Throws.TypeOf<ImageConflictException>());
        Assert.That(await _process.Storage.GetInfoAsync("a.png"), Is.EqualTo(written[0]));
        Assert.That((await TransferAsync(written[0])).Digest, Is.EqualTo(written[0].Digest));
    }

    // The cache of the recovering process still has the source, as if the delete of the move had not happened.
    [Test]
    public async Task Recovery_restores_the_source_of_a_move_that_its_own_cache_holds()
    {
        await _other.Storage.SaveBytesAsync("a.png", SampleImages.OfLength(300, 1));
        await _process.Storage.GetBytesAsync("a.png");
        var before = await StoreState.DescribeAsync(_process);
        _fault = moment => moment is { Operation: "delete document transactions", HasTakenEffect: false } ? new ProcessEndedException() : null;
        Assert.CatchAsync(() => _other.Storage.MoveAsync("a.png", "b.png"));

        await _process.Transactions.RecoverAsync();
        _clock.Advance(TimeSpan.FromSeconds(31));
        await _process.Transactions.RecoverAsync();

        await using var next = new TestProcess(_store, _clock);
        Assert.That(await StoreState.DescribeAsync(next), Is.EqualTo(before));
    }

    /// <summary>Overwrites images that the cache of the first process holds.</summary>
    private async Task<List<ImageInfo>> OverwriteAsync(params ImageKey[] keys)
    {
        var written = new List<ImageInfo>();
        foreach (var key in keys)
        {
            await _process.Storage.SaveBytesAsync(key, SampleImages.OfLength(300, 1));
            await _process.Storage.GetBytesAsync(key);
            _clock.Advance(TimeSpan.FromSeconds(1));
            written.Add(await _other.Storage.SaveBytesAsync(key, SampleImages.OfLength(300, 2)));
        }

        return written;
    }

    private sealed class CachedFolder : TestStore
    {
        private readonly FolderStore _folder = new();

        public override IImageProvider Open(TimeProvider clock) => new CachingProvider(_folder.Open(clock), new CacheOptions { RevalidateAfter = TimeSpan.FromHours(1) }, clock);

        public override async ValueTask DisposeAsync()
        {
            await _folder.DisposeAsync();
            await base.DisposeAsync();
        }
    }
}
