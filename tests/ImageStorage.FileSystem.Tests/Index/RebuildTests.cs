using ImageStorage.FileSystem.Tests.Simulation;
using ImageStorage.Providers;
using ImageStorage.Testing;

namespace ImageStorage.FileSystem.Tests.Index;

/// <summary>
/// P7: a rebuild of a lost index delays no call beyond its token, and no save at all. The rebuild of these tests waits
/// at a gate on the medium.
/// </summary>
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class RebuildTests : IDisposable
{
    private const int Images = 5;

    // Far longer than any step takes: a wait without end fails its test instead of blocking the run.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private static readonly Dictionary<string, Func<FileSystemImageProvider, CancellationToken, Task>> Waiting = new()
    {
        ["list, newest first"] = (provider, token) => provider.ListAsync(new ImageQuery(), token),
        ["list, oldest first"] = (provider, token) => provider.ListAsync(new ImageQuery { Order = ImageOrder.CreatedAscending }, token),
        ["verification"] = async (provider, token) => await provider.VerifyAsync(null, token).CountAsync(token),
    };

    private readonly ManualClock _clock = new();
    private readonly InMemoryVolume _medium = new();
    private readonly ManualResetEventSlim _release = new();
    private readonly TaskCompletionSource _isBlocked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _walks;

    private static IEnumerable<string> WaitingNames => Waiting.Keys;

    public void Dispose() => _release.Dispose();

    [TestCaseSource(nameof(WaitingNames))]
    public async Task Token_ends_the_wait_for_a_rebuild_that_continues_for_others(string call)
    {
        await using var provider = await OpenWithLostIndexAsync();
        using var cancellation = new CancellationTokenSource();

        var first = Waiting[call](provider, cancellation.Token);
        await _isBlocked.Task.WaitAsync(Patience);
        var second = provider.ListAsync(new ImageQuery());
        await cancellation.CancelAsync();

        Assert.That(async () => await first.WaitAsync(Patience), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(second.IsCompleted, Is.False, "The rebuild has not ended yet.");
        _release.Set();
        Assert.That((await second.WaitAsync(Patience)).Items, Has.Count.EqualTo(Images));
        Assert.That(_walks, Is.EqualTo(1), "The walk through the images was made again.");
    }

    [Test]
    public async Task Saves_overwrites_updates_and_deletes_do_not_wait_for_a_rebuild_and_are_listed_after_it()
    {
        await using var provider = await OpenWithLostIndexAsync();
        var storage = Over(provider);

        await storage.SaveBytesAsync("new.png", SampleImages.OfLength(300, 1)).WaitAsync(Patience);
        await _isBlocked.Task.WaitAsync(Patience);
        await storage.SaveBytesAsync("0.png", SampleImages.OfLength(300, 2)).WaitAsync(Patience);
        await storage.UpdateAsync("1.png", new ImageUpdate { Tags = ["x"] }).WaitAsync(Patience);
        await storage.DeleteAsync("2.png").WaitAsync(Patience);
        Assert.That(await storage.GetInfoAsync("3.png"), Is.Not.Null);
        _release.Set();

        var listed = await storage.ListAsync(new ImageQuery { Order = ImageOrder.CreatedAscending }).WaitAsync(Patience);
        Assert.That(listed.Items.Select(info => info.Key.Value), Is.EquivalentTo(new[] { "0.png", "1.png", "3.png", "4.png", "new.png" }));
        await foreach (var item in provider.VerifyAsync())
        {
            Assert.That(item.Status, Is.EqualTo(VerificationStatus.Sound), item.ToString());
        }
    }

    // The index is rebuilt from records. An image without a readable record must not vanish from listings by time.
    [Test]
    public async Task Image_with_a_damaged_record_is_named_after_a_rebuild_and_listed_after_its_repair([Values(ImageOrder.CreatedDescending, ImageOrder.CreatedAscending)] ImageOrder order)
    {
        await PrepareAsync();
        _medium.Tamper(FileSystem.Naming.ImagePaths.Of("2.png"), bytes => Conformance.ImageFileDamage.Apply(bytes, ImageStorage.Testing.NUnit.StoreDamage.Record));
        await using var provider = new FileSystemImageProvider(_medium, Durability.Full, true, _clock);
        _clock.Advance(TimeSpan.FromHours(1));
        for (var i = 0; i < 2; i++)
        {
            var (listed, unlisted) = await ListAsync();
            Assert.That(listed, Is.EquivalentTo(new[] { "0.png", "1.png", "3.png", "4.png" }));
            Assert.That(unlisted, Is.EqualTo(new[] { "2.png" }));
        }

        await Over(provider).SaveBytesAsync("2.png", SampleImages.OfLength(300, 9));
        _clock.Advance(TimeSpan.FromHours(1));

        for (var i = 0; i < 2; i++)
        {
            var (listed, unlisted) = await ListAsync();
            Assert.That(listed, Is.EquivalentTo(new[] { "0.png", "1.png", "2.png", "3.png", "4.png" }));
            Assert.That(unlisted, Is.Empty);
        }

        async Task<(List<string> Listed, List<string> Unlisted)> ListAsync()
        {
            var unlisted = new List<string>();
            var listed = await Over(provider).EnumerateAsync(new ImageQuery { Order = order, Limit = 2 }, image => unlisted.Add(image.Name)).Select(info => info.Key.Value).ToListAsync();
            return (listed, unlisted);
        }
    }

    // The file comes back from a backup, or the next build can read its record: no save has made an entry.
    [Test]
    public async Task Image_that_is_readable_again_after_a_rebuild_is_listed([Values] bool overwritten, [Values(ImageOrder.CreatedDescending, ImageOrder.CreatedAscending)] ImageOrder order)
    {
        await PrepareAsync();
        byte[] sound = [];
        _medium.Tamper(FileSystem.Naming.ImagePaths.Of("2.png"), bytes => Conformance.ImageFileDamage.Apply(sound = [.. bytes], ImageStorage.Testing.NUnit.StoreDamage.Record));
        await using var provider = new FileSystemImageProvider(_medium, Durability.Full, true, _clock);
        Assert.That((await provider.ListAsync(new ImageQuery { Order = order })).Unlisted, Has.Count.EqualTo(1));
        _medium.Tamper(FileSystem.Naming.ImagePaths.Of("2.png"), _ => sound);
        if (overwritten)
        {
            await Over(provider).SaveBytesAsync("2.png", SampleImages.OfLength(300, 9));
        }

        _clock.Advance(TimeSpan.FromHours(1));

        for (var i = 0; i < 2; i++)
        {
            var page = await provider.ListAsync(new ImageQuery { Order = order });
            Assert.That(page.Items.Select(info => info.Key.Value), Is.EquivalentTo(new[] { "0.png", "1.png", "2.png", "3.png", "4.png" }));
            Assert.That(page.Items.Select(info => info.CreatedAt), order == ImageOrder.CreatedAscending ? Is.Ordered : Is.Ordered.Descending);
            Assert.That(page.Unlisted, Is.Empty);
        }
    }

    [Test]
    public async Task Disposal_ends_a_rebuild_and_the_next_process_rebuilds_the_index()
    {
        var provider = await OpenWithLostIndexAsync();
        var listing = provider.ListAsync(new ImageQuery());
        await _isBlocked.Task.WaitAsync(Patience);

        // Released only when the disposal waits: before that, it may not have cancelled the rebuild.
        var disposal = new Thread(provider.Dispose);
        disposal.Start();
        Assert.That(SpinWait.SpinUntil(() => disposal.ThreadState.HasFlag(ThreadState.WaitSleepJoin), Patience), Is.True, "The medium does not answer yet.");
        _release.Set();
        Assert.That(disposal.Join(Patience), Is.True);

        Assert.That(async () => await listing.WaitAsync(Patience), Throws.InstanceOf<ObjectDisposedException>());
        await using var next = new FileSystemImageProvider(_medium, Durability.Full, true, _clock);
        Assert.That((await next.ListAsync(new ImageQuery())).Items, Has.Count.EqualTo(Images));
    }

    [Test]
    public async Task Rebuild_that_fails_fails_the_listing_and_the_next_one_tries_again()
    {
        await PrepareAsync();
        var fails = true;
        var volume = new ObservedVolume(_medium, call =>
        {
            if (fails && call is { Operation: VolumeOperation.MoveOver } && call.Path.EndsWith("manifest", StringComparison.Ordinal))
            {
                throw new IOException("Input/output error", 5);
            }
        });
        await using var provider = new FileSystemImageProvider(volume, Durability.Full, true, _clock);

        await Over(provider).SaveBytesAsync("new.png", SampleImages.OfLength(300, 1));
        Assert.That(async () => await provider.ListAsync(new ImageQuery()), Throws.TypeOf<StorageUnavailableException>());
        fails = false;

        Assert.That((await provider.ListAsync(new ImageQuery())).Items, Has.Count.EqualTo(Images + 1));
    }

    private async Task<FileSystemImageProvider> OpenWithLostIndexAsync()
    {
        await PrepareAsync();
        return new FileSystemImageProvider(new ObservedVolume(_medium, Block), Durability.Full, true, _clock);
    }

    private async Task PrepareAsync()
    {
        await using (var provider = new FileSystemImageProvider(_medium, Durability.Full, true, _clock))
        {
            for (var i = 0; i < Images; i++)
            {
                await Over(provider).SaveBytesAsync($"{i}.png", SampleImages.OfLength(300, i));
                _clock.Advance(TimeSpan.FromSeconds(1));
            }
        }

        foreach (var file in _medium.FilesBelow(".imagestorage/index").ToList())
        {
            _medium.DeleteFile(file);
        }
    }

    // The rebuild walks the folder of the images before anything else does.
    private void Block(VolumeCall call)
    {
        if (call.Operation == VolumeOperation.Visit && call.Path == FileSystem.Naming.ImagePaths.Root && !_release.IsSet)
        {
            Interlocked.Increment(ref _walks);
            _isBlocked.TrySetResult();
            _release.Wait(Patience);
        }
    }

    private ImageStorageManager Over(IImageProvider provider) => new(provider, null, _clock);
}
