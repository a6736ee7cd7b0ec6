using ImageStorage.Caching;
using ImageStorage.Coordination;
using ImageStorage.Providers;
using ImageStorage.Tests.Caching.Distributed;
using ImageStorage.Tests.Failover;
using ImageStorage.Tests.Instrumentation;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace ImageStorage.Tests.Caching.Sharing;

/// <summary>How a cache resolves the identity of its store, and how it works without the identity.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class LazyStoreIdentityTests
{
    private static readonly ImageKey Key = "k.png";
    private readonly FakeTimeProvider _clock = new();
    private readonly FaultyCache _distributed = new();
    private readonly RecordingLogger _log = new(LogLevel.Information);

    [Test]
    public async Task Reads_bypass_the_shared_tiers_while_the_primary_is_down_and_use_them_afterwards()
    {
        var store = new ComposedStore(StoreKind.Failover, _clock);
        await using (var before = Open(store.Open()))
        {
            await before.SaveBytesAsync(Key, CachedStore.Image(1));
            await before.GetBytesAsync(Key);
        }

        store.First.GoDown();
        await using var process = Open(store.Open());
        await process.SaveBytesAsync("new.png", CachedStore.Image(2));
        var gets = _distributed.Gets;
        for (var read = 0; read < 3; read++)
        {
            Assert.That(await process.GetBytesAsync("new.png"), Is.EqualTo(CachedStore.Image(2)), "from the fallback");
        }

        Assert.That(() => process.GetBytesAsync(Key), Throws.TypeOf<StorageUnavailableException>(), "only the primary has it, and nothing is guessed");
        Assert.That(_distributed.Gets, Is.EqualTo(gets));
        Assert.That(_log.Entries.Select(entry => entry.Level), Is.EqualTo(new[] { LogLevel.Warning }));

        store.First.ComeBack();
        _clock.Advance(TimeSpan.FromSeconds(5));
        Assert.That(await process.GetBytesAsync(Key), Is.EqualTo(CachedStore.Image(1)));
        Assert.That(_distributed.Gets, Is.GreaterThan(gets));
        Assert.That(_log.Entries.Select(entry => entry.Level), Is.EqualTo(new[] { LogLevel.Warning, LogLevel.Information }));
    }

    // The other process validated the old version just before the write of this process, which could not remove the
    // entry.
    [Test]
    public async Task Write_before_the_identity_is_known_is_remembered()
    {
        var part = new TestPart("First", _clock, isShared: true);
        await using var other = Open(part.Open());
        await other.SaveBytesAsync(Key, CachedStore.Image(1));
        await other.GetBytesAsync(Key);

        await using var process = Open(part.Open());
        await process.SaveBytesAsync(Key, CachedStore.Image(2));

        Assert.That(_distributed.Count, Is.EqualTo(1), "the entry must still be there");
        Assert.That(await process.GetBytesAsync(Key), Is.EqualTo(CachedStore.Image(2)));
    }

    [Test]
    public async Task Identity_is_read_once_and_not_by_a_hit()
    {
        var counting = new CountingProvider(new TestPart("First", _clock, isShared: true).Open());
        await using var process = Open(counting);
        await process.SaveBytesAsync(Key, CachedStore.Image(1));
        await process.GetBytesAsync(Key);
        var asked = counting.Asked;
        for (var read = 0; read < 10; read++)
        {
            await process.GetBytesAsync(Key);
            await process.GetBytesAsync("missing.png");
        }

        Assert.That((asked, counting.Asked), Is.EqualTo((1, 1)));
    }

    [Test]
    public async Task Failed_read_of_the_identity_is_repeated_at_most_every_five_seconds()
    {
        var part = new TestPart("First", _clock, isShared: true);
        var counting = new CountingProvider(part.Open()) { Before = () => throw part.Failure() };
        await using var process = Open(counting);
        await process.SaveBytesAsync(Key, CachedStore.Image(1));
        for (var second = 0; second < 12; second++)
        {
            await process.GetBytesAsync("missing.png");
            await process.GetBytesAsync("missing.png");
            _clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.That(counting.Asked, Is.EqualTo(3));
    }

    [Test]
    public async Task Read_does_not_wait_longer_than_a_second_for_the_identity()
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var counting = new CountingProvider(new TestPart("First", _clock, isShared: true).Open())
        {
            Before = () =>
            {
                asked.TrySetResult();
                return gate.Task;
            },
        };
        await using var process = Open(counting);
        await process.SaveBytesAsync(Key, CachedStore.Image(1));
        var read = process.GetBytesAsync(Key);
        await asked.Task;
        while (!read.IsCompleted)
        {
            // The wait may begin after the request.
            _clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.That(await read, Is.EqualTo(CachedStore.Image(1)));
        Assert.That(await process.GetBytesAsync("missing.png"), Is.Null, "the next one does not wait at all");
        Assert.That((_distributed.Gets, counting.Asked), Is.EqualTo((0, 1)));
        gate.SetResult();
    }

    [Test]
    public async Task Damaged_identity_costs_the_shared_tiers_and_no_read()
    {
        var part = new TestPart("First", _clock, isShared: true);
        await part.Store.Documents.PutAsync(StoreIdentity.Name, "rubbish"u8.ToArray());
        await using var process = Open(part.Open());
        await process.SaveBytesAsync(Key, CachedStore.Image(1));

        Assert.That(await process.GetBytesAsync(Key), Is.EqualTo(CachedStore.Image(1)));
        Assert.That(_distributed.Gets, Is.Zero);
        Assert.That(_log.Entries.Single().Text, Does.Contain(StoreIdentity.Name.Value).And.Contain("Restore it"));
    }

    private ImageStorageManager Open(IImageProvider provider)
    {
        var options = new CacheOptions();
        options.Memory.SizeLimitBytes = 1 << 20;
        options.Distributed.Enabled = true;
        return new ImageStorageManager(new CachingProvider(provider, options, _clock, new CacheServices(Distributed: _distributed, Logging: new SingleLogger(_log))), null, _clock);
    }

    /// <summary>Counts the requests for the identity.</summary>
    private sealed class CountingProvider(IImageProvider inner) : DelegatingImageProvider(inner), IDocumentStore
    {
        public int Asked { get; private set; }

        public Func<Task> Before { get; init; } = () => Task.CompletedTask;

        public override IDocumentStore Documents => this;

        public async Task<StoredDocument?> GetAsync(DocumentName name, CancellationToken cancellationToken = default)
        {
            Asked += name == StoreIdentity.Name ? 1 : 0;
            await Before();
            return await Inner.Documents.GetAsync(name, cancellationToken);
        }

        public Task<DocumentETag> PutAsync(DocumentName name, ReadOnlyMemory<byte> content, DocumentETag? ifMatch = null, CancellationToken cancellationToken = default) => Inner.Documents.PutAsync(name, content, ifMatch, cancellationToken);

        public Task<bool> DeleteAsync(DocumentName name, DocumentETag? ifMatch = null, CancellationToken cancellationToken = default) => Inner.Documents.DeleteAsync(name, ifMatch, cancellationToken);

        public Task<IReadOnlyList<DocumentName>> ListAsync(string prefix, DocumentName? after = null, int limit = 100, CancellationToken cancellationToken = default) => Inner.Documents.ListAsync(prefix, after, limit, cancellationToken);

        public Task<IReadOnlyList<string>> ListCollectionsAsync(CancellationToken cancellationToken = default) => Inner.Documents.ListCollectionsAsync(cancellationToken);
    }
}
