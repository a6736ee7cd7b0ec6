using ImageStorage.Coordination;
using ImageStorage.Gate;
using ImageStorage.Providers;
using ImageStorage.Testing;
using ImageStorage.Testing.NUnit;
using ImageStorage.Tests.Failover;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Moq;

namespace ImageStorage.Tests.Gate;

/// <summary>A closed gate refuses every way of writing, and no read.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class GateProviderTests
{
    private static readonly ImageKey Key = "a.png";
    private static readonly byte[] Image = SampleImages.Png(3, 2);
    private static readonly KnownRequirement Unknown = new("series.app", 7);
    private readonly FakeTimeProvider _clock = new();
    private readonly InMemoryImageProvider _store = new();

    private static readonly Dictionary<string, Func<IImageProvider, Task>> Paths = new()
    {
        ["save"] = provider => provider.PutAsync(RequestFor(Key)),
        ["update"] = provider => provider.UpdateAsync(Key, new RecordUpdate { FileName = "new.png" }),
        ["delete"] = provider => provider.DeleteAsync(Key),
        ["copy"] = async provider => await provider.GetAbility<ICopyProvider>()!.CopyAsync(new CopyRequest { Source = Key, SourceETag = (await provider.GetInfoAsync(Key))!.ETag, Target = "b.png" }),
        ["preparation"] = provider => provider.GetAbility<IAtomicProvider>()!.PrepareAsync(RequestFor("b.png")),
        ["commit of an update"] = provider => provider.GetAbility<IAtomicProvider>()!.CommitAsync([new AtomicUpdate(Key, new RecordUpdate { FileName = "new.png" })]),
        ["commit of a delete"] = provider => provider.GetAbility<IAtomicProvider>()!.CommitAsync([new AtomicDelete(Key)]),
        ["commit of a history entry"] = provider => provider.GetAbility<IAtomicProvider>()!.CommitAsync([new AtomicDocument("history/a", new byte[] { 1 })]),
        ["history entry"] = provider => provider.Documents.PutAsync("history/a", new byte[] { 1 }),
        ["document of the application"] = provider => provider.Documents.PutAsync("orders/a", new byte[] { 1 }),
        ["deletion of a document"] = provider => provider.Documents.DeleteAsync("orders/a"),
    };

    private static readonly string[] PathNames = [.. Paths.Keys];

    [TearDown]
    public ValueTask CloseAsync() => _store.DisposeAsync();

    [Test]
    public async Task Closed_gate_refuses([ValueSource(nameof(PathNames))] string path, [Values] bool isPrimaryOfFailover)
    {
        await _store.PutAsync(RequestFor(Key));
        await StoreRequirements.RequireAsync(_store.Documents, Unknown, default);
        var before = await ContentAsync();
        var gate = isPrimaryOfFailover ? new GateProvider(new Routed(_store), [], _clock).GetAbility<IPrimaryRoute>()!.Primary : NewGate();

        Assert.That(async () => await Paths[path](gate), Throws.TypeOf<StorageNotSupportedException>().With.Message.Contains("series.app"));

        Assert.That(await ContentAsync(), Is.EqualTo(before));
    }

    [Test]
    public async Task Gate_that_closes_between_preparation_and_commit_refuses_the_commit()
    {
        var atomic = NewGate().GetAbility<IAtomicProvider>()!;
        await using var prepared = await atomic.PrepareAsync(RequestFor(Key));
        await StoreRequirements.RequireAsync(_store.Documents, Unknown, default);
        _clock.Advance(StoreRequirements.Lease / 3);

        Assert.That(() => atomic.CommitAsync([new AtomicPut(prepared)]), Throws.TypeOf<StorageNotSupportedException>());
        Assert.That(await _store.GetInfoAsync(Key), Is.Null);
    }

    [TestCase(100_000, false)]
    [TestCase(200_000, true)]
    public async Task Save_whose_source_takes_long_is_checked_again_before_the_commit(int length, bool isRefused)
    {
        var image = SampleImages.OfLength(length);
        var content = new Slow(new PieceContent(image, 50_000), async () =>
        {
            await StoreRequirements.RequireAsync(_store.Documents, Unknown, default);
            _clock.Advance(StoreRequirements.Lease);
        });
        var seen = false;
        var request = RequestFor(Key) with
        {
            Content = content,
            BeforeCommit = (_, _) =>
            {
                seen = true;
                return default;
            },
        };

        Assert.That(async () => await NewGate().PutAsync(request), isRefused ? Throws.TypeOf<StorageNotSupportedException>() : Throws.Nothing, "A source of up to 128 KiB was read before the save.");
        Assert.That((seen, await _store.GetInfoAsync(Key) is null), Is.EqualTo((!isRefused, isRefused)));
    }

    [Test]
    public async Task Closed_gate_refuses_the_restore_of_a_retained_version()
    {
        await StoreRequirements.RequireAsync(_store.Documents, Unknown, default);
        var keeper = new Mock<IVersionKeeper>(MockBehavior.Strict);
        await using var gate = new GateProvider(new Keeping(_store, keeper.Object), [], _clock);

        Assert.That(() => gate.GetAbility<IVersionKeeper>()!.RestoreAsync("tx-1", Key, null), Throws.TypeOf<StorageNotSupportedException>());
    }

    [Test]
    public async Task Closed_gate_passes_reads_and_the_documents_by_which_the_library_coordinates()
    {
        await _store.PutAsync(RequestFor(Key));
        await StoreRequirements.RequireAsync(_store.Documents, Unknown, default);
        var gate = NewGate();

        Assert.That(await gate.GetInfoAsync(Key), Is.Not.Null);
        await using (var read = await gate.OpenReadAsync(Key))
        {
            Assert.That(read, Is.Not.Null);
        }

        Assert.That((await gate.ListAsync(new ImageStorage.ImageQuery())).Items, Has.Count.EqualTo(1));
        Assert.That((await gate.GetUsageAsync()).Count, Is.EqualTo(1));
        await gate.CheckAsync();
        foreach (var name in (DocumentName[])["transactions/a", "transaction-owners/a", "jobs/a.00000001", "job-owners/a", "store/other"])
        {
            await gate.Documents.PutAsync(name, new byte[] { 1 });
            Assert.That(await gate.Documents.GetAsync(name), Is.Not.Null);
            Assert.That(await gate.Documents.DeleteAsync(name), Is.True);
        }

        await gate.GetAbility<IAtomicProvider>()!.CommitAsync([new AtomicDocument("transactions/a", new byte[] { 1 })]);
    }

    [Test]
    public async Task Open_gate_passes_writes_on()
    {
        await _store.PutAsync(RequestFor(Key));
        foreach (var path in PathNames.Where(path => path is not "delete" and not "commit of a delete"))
        {
            await Paths[path](NewGate());
        }

        Assert.That(await _store.GetInfoAsync("b.png"), Is.Not.Null);
    }

    // The task of the inner provider is returned as it is.
    [Test]
    public async Task Write_through_an_open_gate_allocates_nothing()
    {
        using var gate = new GateProvider(new Completed(_store), [], _clock);
        await gate.DeleteAsync(Key);
        var allocated = long.MaxValue;
        for (var i = 0; i < 1000 && allocated > 0; i++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            _ = gate.DeleteAsync(Key);
            _ = gate.OpenReadAsync(Key);
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Assert.That(allocated, Is.Zero);
    }

    [Test]
    public async Task Store_of_a_newer_build_is_read_and_not_written_through_the_whole_store()
    {
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(_clock);
        services.AddImageStorage().UseProvider("shared", _ => new SharedProvider(_store)).WithCache().WithTransactions();
        await using var container = services.BuildServiceProvider();
        var images = container.GetRequiredService<IImageStorage>();
        await images.SaveBytesAsync(Key, Image);
        await StoreRequirements.RequireAsync(_store.Documents, Unknown, default);
        _clock.Advance(StoreRequirements.Lease / 3);

        Assert.That(() => images.SaveBytesAsync("b.png", Image), Throws.TypeOf<StorageNotSupportedException>().With.Message.Contains("Update this application"));
        Assert.That(() => images.DeleteAsync(Key), Throws.TypeOf<StorageNotSupportedException>());
        Assert.That(() => images.MoveAsync(Key, "c.png"), Throws.InstanceOf<ImageStorageException>());
        Assert.That(() => images.CopyAsync(Key, "c.png"), Throws.TypeOf<StorageNotSupportedException>());
        Assert.That(() => container.GetRequiredService<IImageHistory>().AppendAsync(new HistoryEntry { Mode = "a" }), Throws.TypeOf<StorageNotSupportedException>());
        Assert.That(() => container.GetRequiredService<IImageTransactions>().ExecuteAsync(tx =>
        {
            tx.Delete(Key);
            return Task.CompletedTask;
        }), Throws.InstanceOf<ImageStorageException>());
        Assert.That(await images.GetBytesAsync(Key), Is.EqualTo(Image));
        var health = await container.GetRequiredService<IStorageHealth>().GetReportAsync();
        Assert.That((health.State, health.Warnings.Single()), Is.EqualTo((StorageHealthState.Degraded, "The store in InMemory requires 'series.app' in version 7 (unknown to this build) of every process that writes. Update this application, or the package of the library, to a build that knows the requirement. This process writes nothing to the store until then; reads continue.")));
        Assert.That((await images.ListAsync(new ImageStorage.ImageQuery())).Items, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Outage_of_the_primary_stops_no_write_and_its_return_closes_the_gate()
    {
        await using var pair = new Pair();
        await using var gate = new GateProvider(pair.Open(_clock), [], _clock);
        var storage = new ImageStorageManager(gate, null, _clock);
        await storage.SaveBytesAsync("a.png", Pair.Image(1));
        await StoreRequirements.RequireAsync(pair.Primary.Store.Documents, Unknown, default);
        pair.Primary.GoDown();
        _clock.Advance(TimeSpan.FromMinutes(1));

        await storage.SaveBytesAsync("b.png", Pair.Image(2));
        await storage.SaveBytesAsync("c.png", Pair.Image(3));
        Assert.That(await pair.Fallback.CountHintsAsync(), Is.EqualTo(2));

        pair.Primary.ComeBack();
        Assert.That(() => storage.SaveBytesAsync("d.png", Pair.Image(4)), Throws.TypeOf<StorageNotSupportedException>());
    }

    private GateProvider NewGate() => new(new SharedProvider(_store), [], _clock);

    private static PutRequest RequestFor(ImageKey key) => new() { Key = key, Content = new PieceContent(Image, 64), ContentType = "image/png", Width = 3, Height = 2 };

    private async Task<string> ContentAsync()
    {
        var images = await _store.ListAsync(new ImageStorage.ImageQuery());
        return string.Join(' ', images.Items.Select(info => $"{info.Key} {info.ETag}").Concat((await _store.Documents.ListAsync("history/")).Select(name => name.Value)).Concat((await _store.Documents.ListAsync("orders/")).Select(name => name.Value)));
    }

    private sealed class Slow(ImageContent image, Func<Task> afterFirstPiece) : DelegatingImageContent(image)
    {
        private bool _hasBegun;

        public override async ValueTask<ReadOnlyMemory<byte>> ReadAsync(CancellationToken cancellationToken = default)
        {
            var piece = await base.ReadAsync(cancellationToken);
            if (!_hasBegun)
            {
                _hasBegun = true;
                await afterFirstPiece();
            }

            return piece;
        }
    }

    private sealed class Routed(IImageProvider primary) : SharedProvider(primary), IPrimaryRoute
    {
        public IImageProvider Primary => new SharedProvider(Inner);

        public bool IsPassedOver => false;

        public void ReportFailedWrite(StorageUnavailableException failure)
        {
        }

        public Task EnsureNoHintsAsync(IReadOnlyList<ImageKey> keys, CancellationToken cancellationToken) => Task.CompletedTask;
    }

    private sealed class Keeping(IImageProvider store, IVersionKeeper keeper) : SharedProvider(store)
    {
        public override TAbility? GetAbility<TAbility>()
            where TAbility : class => keeper as TAbility ?? base.GetAbility<TAbility>();
    }

    private sealed class Completed(IImageProvider store) : SharedProvider(store)
    {
        private readonly Task<bool> _false = Task.FromResult(false);
        private readonly Task<StoredImage?> _none = Task.FromResult<StoredImage?>(null);

        public override Task<bool> DeleteAsync(ImageKey key, DeleteOptions? options = null, CancellationToken cancellationToken = default) => _false;

        public override Task<StoredImage?> OpenReadAsync(ImageKey key, GetOptions? options = null, CancellationToken cancellationToken = default) => _none;
    }
}
