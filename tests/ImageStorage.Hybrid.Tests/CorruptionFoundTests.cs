using ImageStorage.Hybrid.Tests.Conformance;
using ImageStorage.Providers;
using ImageStorage.Testing;
using ImageStorage.Testing.NUnit;
using Microsoft.Extensions.DependencyInjection;

namespace ImageStorage.Hybrid.Tests;

/// <summary>
/// Damage on real folders and databases is reported by the part that finds the damage, also where a cache, a mirror or a
/// hybrid provider is between the part and the reader. Other providers: the conformance fixtures of damage.
/// </summary>
internal sealed class CorruptionFoundTests
{
    private const string Key = "folder/a.png";

    private readonly ManualClock _clock = new();

    [Test]
    public async Task Cache_does_not_hide_damage_of_the_store([Values(300, 600_000)] int length, [Values] bool onDisk)
    {
        await using var folder = new FolderPart();
        using var cache = new TemporaryFolder();
        var found = await RunAsync(
            builder => builder.UseProvider("Folder", _ => folder.Open(_clock)).WithCache(options => options.Disk.Path = onDisk ? cache.Path : null),
            async store =>
            {
                await SaveWithoutCacheAsync(folder, length);
                await folder.DamageAsync(Key, StoreDamage.FlippedBit);
                Assert.That(() => store.Images.GetBytesAsync(Key), Throws.TypeOf<ImageCorruptedException>());
            });

        Assert.That(found.Select(Summary), Is.EqualTo(new[] { (Key, "FileSystem", ProviderRole.Primary, "the image store") }));
    }

    [Test]
    public async Task Replica_reports_damage_although_the_reader_receives_the_image([Values(300, 600_000)] int length, [Values] bool isPrimary)
    {
        await using var primary = new FolderPart();
        await using var mirror = new FolderPart();
        var image = SampleImages.OfLength(length, 7);
        var found = await RunAsync(
            builder => builder.UseProvider("Folder", _ => primary.Open(_clock)).WithMirror(part => part.UseProvider("Folder", _ => mirror.Open(_clock)), options => options.ReconcileInterval = null),
            async store =>
            {
                await store.Images.SaveBytesAsync(Key, image);
                await (isPrimary ? primary : mirror).DamageAsync(Key, StoreDamage.FlippedBit);
                Assert.That(await store.Images.GetBytesAsync(Key), Is.EqualTo(image));
            });

        // The repair reads the damaged replica too, so there may be several reports.
        Assert.That(found.Select(Summary).Distinct(), isPrimary ? Is.EqualTo(new[] { (Key, "FileSystem", ProviderRole.Primary, "the image store") }) : Is.Empty);
    }

    // 300,000 bytes: a part is delivered before the damage is found.
    [Test]
    public async Task Copy_on_a_mirror_is_read_from_the_sound_replica_and_accuses_only_the_damaged_one([Values(300, 300_000)] int length)
    {
        await using var primary = new FolderPart();
        await using var mirror = new FolderPart();
        var image = SampleImages.OfLength(length, 7);
        var found = await RunAsync(
            builder => builder.UseProvider("Folder", _ => primary.Open(_clock)).WithMirror(part => part.UseProvider("Folder", _ => mirror.Open(_clock)), options => options.ReconcileInterval = null),
            async store =>
            {
                await store.Images.SaveBytesAsync(Key, image);
                await primary.DamageAsync(Key, StoreDamage.FlippedBit);

                await store.Images.CopyAsync(Key, "copy.png");

                Assert.That(await store.Images.GetBytesAsync("copy.png"), Is.EqualTo(image));
            });

        Assert.That(found.Select(Summary).Distinct(), Is.EqualTo(new[] { (Key, "FileSystem", ProviderRole.Primary, "the image store") }));
    }

    // The primary receives the payload, and is not damaged.
    [Test]
    public async Task Replay_of_a_damaged_payload_accuses_only_the_fallback()
    {
        await using var primary = new FolderPart();
        await using var fallback = new FolderPart();
        var isDown = false;
        var found = await RunAsync(
            builder => builder
                .UseProvider("Folder", _ => new FaultInjectingProvider(primary.Open(_clock), call => isDown && !call.HasTakenEffect ? new StorageUnavailableException("The primary is down.") { Provider = "FileSystem" } : null))
                .WithResilience(options => options.MaxRetries = 0)
                .WithFallback(part => part.UseProvider("Folder", _ => fallback.Open(_clock)), options => options.ReconcileInterval = null),
            async store =>
            {
                await store.Images.ExistsAsync(Key);
                isDown = true;
                await store.Images.SaveBytesAsync(Key, SampleImages.OfLength(300_000, 7));
                using (var provider = fallback.Open(_clock))
                {
                    await fallback.DamageAsync((await provider.ListAsync(new ImageQuery())).Items.Single().Key, StoreDamage.FlippedBit);
                }

                isDown = false;
                await store.GetRequiredService<IStorageFailover>().ReconcileAsync();
            });

        Assert.That(found.Select(one => one.Role).Distinct(), Is.EqualTo(new[] { ProviderRole.Fallback }));
    }

    [Test]
    public async Task Fallback_reports_its_damage([Values(300, 600_000)] int length)
    {
        await using var primary = new FolderPart();
        await using var fallback = new FolderPart();
        var isDown = false;
        var payload = string.Empty;
        var found = await RunAsync(
            builder => builder
                .UseProvider("Folder", _ => new FaultInjectingProvider(primary.Open(_clock), call => isDown && !call.HasTakenEffect ? new StorageUnavailableException("The primary is down.") { Provider = "FileSystem" } : null))
                .WithResilience(options => options.MaxRetries = 0)
                .WithFallback(part => part.UseProvider("Folder", _ => fallback.Open(_clock)), options => options.ReconcileInterval = null),
            async store =>
            {
                isDown = true;
                await store.Images.SaveBytesAsync(Key, SampleImages.OfLength(length, 7));

                // The fallback has the payload under a key of its own.
                using (var provider = fallback.Open(_clock))
                {
                    payload = (await provider.ListAsync(new ImageQuery())).Items.Single().Key.Value;
                }

                await fallback.DamageAsync(payload, StoreDamage.FlippedBit);
                Assert.That(() => store.Images.GetBytesAsync(Key), Throws.TypeOf<ImageCorruptedException>());
            });

        Assert.That(found.Select(Summary), Is.EqualTo(new[] { (payload, "FileSystem", ProviderRole.Fallback, "the fallback of the image store") }));
    }

    // The part knows where the damage is, and the hybrid provider knows which image is affected.
    [Test]
    public async Task Content_of_a_hybrid_store_and_the_store_report_the_damage([Values(300, 600_000)] int length)
    {
        await using var catalog = new DatabasePart(Durability.Relaxed);
        await using var content = new FolderPart();
        var catalogProvider = await catalog.OpenAsync(_clock);
        var contentKey = string.Empty;
        var found = await RunAsync(
            builder => builder.UseHybrid(part => part.UseProvider("Database", _ => catalogProvider), part => part.UseProvider("Folder", _ => content.Open(_clock)), inlineLimit: 0),
            async store =>
            {
                await store.Images.SaveBytesAsync(Key, SampleImages.OfLength(length, 7));
                contentKey = ContentReference.In((await catalogProvider.GetInfoAsync(Key))!.Encoding)!.Value.Key.Value;
                await content.DamageAsync(contentKey, StoreDamage.FlippedBit);
                Assert.That(() => store.Images.GetBytesAsync(Key), Throws.TypeOf<ImageCorruptedException>());
            });

        Assert.That(found.Select(Summary), Is.EqualTo(new[]
        {
            (contentKey, "FileSystem", ProviderRole.Content, "the content store of the image store"),
            (Key, "Hybrid", ProviderRole.Primary, "the image store"),
        }));
    }

    // A move saves the bytes again in the content store, which reads them from itself.
    [Test]
    public async Task Refused_move_of_a_damaged_image_reports_the_damage_like_a_read()
    {
        await using var catalog = new DatabasePart(Durability.Relaxed);
        await using var content = new FolderPart();
        var catalogProvider = await catalog.OpenAsync(_clock);
        var contentKey = string.Empty;
        var found = await RunAsync(
            builder => builder.UseHybrid(part => part.UseProvider("Database", _ => catalogProvider), part => part.UseProvider("Folder", _ => content.Open(_clock)), inlineLimit: 0),
            async store =>
            {
                await store.Images.SaveBytesAsync(Key, SampleImages.OfLength(300_000, 7));
                contentKey = ContentReference.In((await catalogProvider.GetInfoAsync(Key))!.Encoding)!.Value.Key.Value;
                await content.DamageAsync(contentKey, StoreDamage.FlippedBit);
                Assert.That(() => store.Images.MoveAsync(Key, "moved.png"), Throws.TypeOf<ImageCorruptedException>().With.Property("Key").EqualTo((ImageKey)Key));
            });

        Assert.That(found.Select(Summary), Is.EqualTo(new[]
        {
            (contentKey, "FileSystem", ProviderRole.Content, "the content store of the image store"),
            (Key, "Hybrid", ProviderRole.Primary, "the image store"),
        }));
    }

    [Test]
    public async Task Damaged_document_is_reported_without_a_key()
    {
        await using var folder = new FolderPart();
        var found = await RunAsync(
            builder => builder.UseProvider("Folder", _ => folder.Open(_clock)).WithTransactions(options => options.RecoveryInterval = null),
            async store =>
            {
                var documents = store.GetRequiredService<IImageProvider>().Documents;
                await documents.PutAsync("notes/a", new byte[100]);
                var file = Directory.GetFiles(folder.Path, "*", SearchOption.AllDirectories).Single(path => path.Contains("notes", StringComparison.Ordinal));
                await File.WriteAllBytesAsync(file, new byte[90]);
                Assert.That(() => documents.GetAsync("notes/a"), Throws.TypeOf<StorageCorruptedException>());
            });

        Assert.That(found.Select(Summary), Is.EqualTo(new[] { ((string?)null, "FileSystem", ProviderRole.Primary, "the image store") }));
        Assert.That(found[0].Reason, Does.Contain("notes/a"));
    }

    private static (string? Key, string Provider, ProviderRole Role, string Part) Summary(CorruptionFound found) => (found.Key?.Value, found.Provider, found.Role, found.Part);

    private async Task SaveWithoutCacheAsync(FolderPart folder, int length)
    {
        using var provider = folder.Open(_clock);
        await new ImageStorageManager(provider, null, _clock).SaveBytesAsync(Key, SampleImages.OfLength(length, 7));
    }

    private async Task<List<CorruptionFound>> RunAsync(Action<ImageStorageBuilder> configure, Func<ImageStore, Task> use)
    {
        var listener = new Listener();
        await using (var store = await ImageStore.OpenAsync(builder =>
        {
            builder.Services.AddSingleton<TimeProvider>(_clock);
            builder.Services.AddSingleton<IStorageEventListener>(listener);
            configure(builder);
        }))
        {
            await use(store);
        }

        return listener.Found;
    }

    private sealed class Listener : IStorageEventListener
    {
        public List<CorruptionFound> Found { get; } = [];

        public Task HandleAsync(StorageEvent occurred, CancellationToken cancellationToken = default)
        {
            if (occurred is CorruptionFound found)
            {
                Found.Add(found);
            }

            return Task.CompletedTask;
        }
    }

    private sealed class TemporaryFolder : IDisposable
    {
        public string Path { get; } = Directory.CreateTempSubdirectory("imagestorage-cache-").FullName;

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
