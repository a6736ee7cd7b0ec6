using ImageStorage.LiteDb.Files;
using ImageStorage.LiteDb.Tests.Simulation;
using ImageStorage.Testing;

namespace ImageStorage.LiteDb.Tests.Opening;

/// <summary>
/// P7: a token ends the wait for an opening, a compaction or other work, which continues for other callers.
/// </summary>
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class CancellationTests : IDisposable
{
    // Longer than any step takes: an endless wait fails its test instead of blocking the run.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private static readonly Dictionary<string, Func<LiteDbImageProvider, CancellationToken, Task>> Calls = new()
    {
        ["save"] = (provider, token) => StoreOperation.StorageOver(provider, new ManualClock()).SaveBytesAsync("new.png", SampleImages.OfLength(300, 1), null, token),
        ["large save"] = (provider, token) => StoreOperation.StorageOver(provider, new ManualClock()).SaveBytesAsync("new.png", SampleImages.OfLength(900_000, 1), null, token),
        ["info"] = (provider, token) => provider.GetInfoAsync("a.png", token),
        ["read"] = (provider, token) => provider.OpenReadAsync("a.png", null, token),
        ["list"] = (provider, token) => provider.ListAsync(new ImageQuery(), token),
        ["delete"] = (provider, token) => provider.DeleteAsync("a.png", null, token),
        ["usage"] = (provider, token) => provider.GetUsageAsync(token),
        ["document"] = (provider, token) => provider.Documents.GetAsync("c/a", token),
        ["compaction"] = (provider, token) => provider.CompactAsync(token),
        ["verification"] = async (provider, token) => await provider.VerifyAsync(null, token).CountAsync(token),
    };

    private readonly ManualResetEventSlim _release = new();
    private readonly TaskCompletionSource _isBlocked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ManualClock _clock = new();

    private static IEnumerable<string> CallNames => Calls.Keys;

    public void Dispose() => _release.Dispose();

    [TestCaseSource(nameof(CallNames))]
    public async Task Token_ends_the_wait_for_an_opening_which_continues_for_others(string call)
    {
        var disk = await PrepareAsync();
        var opened = 0;
        BlockAt(disk, diskCall => diskCall == DiskCall.Open && ++opened == 1);
        await using var provider = StoreOperation.Open(disk, _clock);
        using var cancellation = new CancellationTokenSource();

        var first = Calls[call](provider, cancellation.Token);
        await _isBlocked.Task.WaitAsync(Patience);
        var second = provider.GetInfoAsync("a.png");
        await cancellation.CancelAsync();

        Assert.That(async () => await first.WaitAsync(Patience), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(second.IsCompleted, Is.False, "The opening has not ended yet.");
        _release.Set();
        Assert.That(await second.WaitAsync(Patience), Is.Not.Null);
        Assert.That(await provider.GetInfoAsync("new.png"), Is.Null, "The cancelled call changed something.");
    }

    [TestCaseSource(nameof(CallNames))]
    public async Task Token_ends_the_wait_for_a_compaction_of_another_call(string call)
    {
        var disk = await PrepareAsync();
        await using var provider = StoreOperation.Open(disk, _clock);
        await provider.GetInfoAsync("a.png");
        BlockAt(disk, diskCall => diskCall == DiskCall.Open);
        using var cancellation = new CancellationTokenSource();

        var compaction = provider.CompactAsync();
        await _isBlocked.Task.WaitAsync(Patience);
        var waiting = Calls[call](provider, cancellation.Token);
        await cancellation.CancelAsync();

        Assert.That(async () => await waiting.WaitAsync(Patience), Throws.InstanceOf<OperationCanceledException>());
        _release.Set();
        await compaction.WaitAsync(Patience);
        Assert.That(await provider.GetInfoAsync("new.png"), Is.Null, "The cancelled call changed something.");
        Assert.That(await provider.GetInfoAsync("a.png"), Is.Not.Null);
    }

    [Test]
    public async Task Token_ends_a_running_compaction_and_the_old_database_stays()
    {
        var disk = await PrepareAsync();
        await using var provider = StoreOperation.Open(disk, _clock);
        await provider.GetInfoAsync("a.png");
        using var cancellation = new CancellationTokenSource();
        disk.Observer = call =>
        {
            if (call == DiskCall.Open)
            {
                cancellation.Cancel();
            }

            return null;
        };

        Assert.That(async () => await provider.CompactAsync(cancellation.Token), Throws.InstanceOf<OperationCanceledException>());

        Assert.That(disk.Exists(FileSuffixes.New), Is.False);
        Assert.That(await provider.GetInfoAsync("a.png"), Is.Not.Null);
    }

    [Test]
    public async Task Concurrent_first_calls_of_a_new_store_succeed_with_one_opening()
    {
        var disk = new SimulatedDisk();
        var owners = 0;
        disk.Observer = call =>
        {
            owners += call == DiskCall.Open ? 1 : 0;
            return null;
        };
        await using var provider = StoreOperation.Open(disk, _clock);
        var storage = StoreOperation.StorageOver(provider, _clock);

        await Task.WhenAll(Enumerable.Range(0, 200).Select(i => storage.SaveBytesAsync($"{i}.png", SampleImages.OfLength(300, i))));

        Assert.That((await storage.GetUsageAsync()).Count, Is.EqualTo(200));
        Assert.That(owners, Is.EqualTo(5), "The owner, a new database with its log, and the database with its log.");
    }

    private void BlockAt(SimulatedDisk disk, Func<DiskCall, bool> isIt) => disk.Observer = call =>
    {
        if (!_release.IsSet && isIt(call))
        {
            _isBlocked.TrySetResult();
            _release.Wait(Patience);
        }

        return null;
    };

    private async Task<SimulatedDisk> PrepareAsync()
    {
        var disk = new SimulatedDisk();
        await using var provider = StoreOperation.Open(disk, _clock);
        await StoreOperation.StorageOver(provider, _clock).SaveBytesAsync("a.png", SampleImages.OfLength(300_000, 1));
        await provider.Documents.PutAsync("c/a", new byte[] { 7 });
        return disk;
    }
}
