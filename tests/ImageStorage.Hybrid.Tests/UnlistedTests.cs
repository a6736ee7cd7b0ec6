using ImageStorage.Hybrid.Tests.Conformance;
using ImageStorage.Providers;
using ImageStorage.Testing;
using ImageStorage.Testing.NUnit;
using Microsoft.Extensions.DependencyInjection;

namespace ImageStorage.Hybrid.Tests;

/// <summary>
/// An image with a damaged record is named by listings and counted by the usage of every composition of providers and
/// layers, so that a copy loop cannot lose the image silently. Single providers: the conformance fixtures of damage.
/// </summary>
internal sealed class UnlistedTests
{
    private const string Damaged = "folder/b.png";
    private static readonly string[] Sound = ["folder/a.png", "folder/c.png"];

    private static readonly Dictionary<string, Action<ImageStorageBuilder, UnlistedTests>> Compositions = new()
    {
        ["folder"] = (builder, test) => builder.UseProvider("Folder", _ => test.Open(test._folder)),
        ["cache"] = (builder, test) => builder.UseProvider("Folder", _ => test.Open(test._folder)).WithCache(),
        ["resilience"] = (builder, test) => builder.UseProvider("Folder", _ => test.Open(test._folder)).WithResilience(),
        ["fallback"] = (builder, test) => builder.UseProvider("Folder", _ => test.Open(test._folder)).WithFallback(part => part.UseProvider("Folder", _ => test.Open(test._other)), options => options.ReconcileInterval = null),
        ["hybrid"] = (builder, test) => builder.UseHybrid(part => part.UseProvider("Folder", _ => test.Open(test._folder)), part => part.UseProvider("Folder", _ => test.Open(test._other)), inlineLimit: 100),
        ["first available"] = (builder, test) => builder.UseFirstAvailable(part => part.UseProvider("Folder", _ => test.Open(test._folder)), part => part.UseProvider("Folder", _ => test.Open(test._other))),
    };

    private readonly ManualClock _clock = new();
    private FolderPart _folder = null!;
    private FolderPart _other = null!;

    private static IEnumerable<string> Names => Compositions.Keys;

    [SetUp]
    public void CreateFolders() => (_folder, _other) = (new FolderPart(), new FolderPart());

    [TearDown]
    public async Task DeleteFoldersAsync()
    {
        await _folder.DisposeAsync();
        await _other.DisposeAsync();
    }

    [TestCaseSource(nameof(Names))]
    public async Task Composition_names_the_image_in_listings_and_counts_it_in_the_usage(string composition)
    {
        await using var store = await ImageStore.OpenAsync(builder =>
        {
            builder.Services.AddSingleton<TimeProvider>(_clock);
            Compositions[composition](builder, this);
        });
        await SaveAllAsync(store.Images);
        await _folder.DamageAsync(Damaged, StoreDamage.Record);

        await AssertNamedAsync(store.Images, Damaged, Sound);
    }

    // The hints of an outage are merged into the pages of the primary.
    [Test]
    public async Task Fallback_with_hints_names_damage_of_the_primary_and_of_the_payload([Values] bool ofPrimary)
    {
        var isDown = false;
        await using var store = await ImageStore.OpenAsync(builder => builder
            .UseProvider("Folder", _ => new FaultInjectingProvider(Open(_folder), call => isDown && !call.HasTakenEffect ? new StorageUnavailableException("The primary is down.") { Provider = "FileSystem" } : null))
            .WithResilience(options => options.MaxRetries = 0)
            .WithFallback(part => part.UseProvider("Folder", _ => Open(_other)), options => options.ReconcileInterval = null));
        await SaveAllAsync(store.Images);
        isDown = true;
        await store.Images.SaveBytesAsync(ofPrimary ? "folder/d.png" : Damaged, SampleImages.OfLength(5_000, 9));
        isDown = false;
        if (ofPrimary)
        {
            await _folder.DamageAsync(Damaged, StoreDamage.Record);
        }
        else
        {
            using var fallback = Open(_other);
            await _other.DamageAsync((await fallback.ListAsync(new ImageQuery())).Items.Single().Key, StoreDamage.Record);
        }

        await AssertNamedAsync(store.Images, Damaged, ofPrimary ? [.. Sound, "folder/d.png"] : Sound);
    }

    // A write on the fallback replaces a damaged image, so its state on the primary does not count.
    [Test]
    public async Task Fallback_with_a_hint_hides_damage_of_the_primary()
    {
        var isDown = false;
        await using var store = await ImageStore.OpenAsync(builder => builder
            .UseProvider("Folder", _ => new FaultInjectingProvider(Open(_folder), call => isDown && !call.HasTakenEffect ? new StorageUnavailableException("The primary is down.") { Provider = "FileSystem" } : null))
            .WithResilience(options => options.MaxRetries = 0)
            .WithFallback(part => part.UseProvider("Folder", _ => Open(_other)), options => options.ReconcileInterval = null));
        await SaveAllAsync(store.Images);
        await _folder.DamageAsync(Damaged, StoreDamage.Record);
        isDown = true;
        await store.Images.SaveBytesAsync(Damaged, SampleImages.OfLength(5_000, 9));
        isDown = false;

        var (page, usage) = (await store.Images.ListAsync(new ImageQuery()), await store.Images.GetUsageAsync());

        Assert.That(page.Unlisted, Is.Empty);
        Assert.That(page.Items.Select(info => info.Key.Value), Is.EquivalentTo(new[] { Sound[0], Damaged, Sound[1] }));
        Assert.That((usage.Count, usage.Unlisted), Is.EqualTo((3L, 0)));
    }

    [Test]
    public async Task Mirror_lists_an_image_that_one_replica_has_damaged_and_names_one_that_both_have([Values] bool both, [Values] ImageOrder order)
    {
        await using var store = await ImageStore.OpenAsync(builder => builder
            .UseProvider("Folder", _ => Open(_folder))
            .WithMirror(part => part.UseProvider("Folder", _ => Open(_other)), options => options.ReconcileInterval = null));
        await SaveAllAsync(store.Images);
        await _folder.DamageAsync(Damaged, StoreDamage.Record);
        if (both)
        {
            await _other.DamageAsync(Damaged, StoreDamage.Record);
        }

        var unlisted = new List<string>();
        var listed = await store.Images.EnumerateAsync(new ImageQuery { Order = order, Limit = 2 }, image => unlisted.Add(image.Name)).Select(info => info.Key.Value).ToListAsync();

        Assert.That(unlisted, both ? Is.EqualTo(new[] { Damaged }) : Is.Empty);
        Assert.That(listed.Order(StringComparer.Ordinal), Is.EqualTo(both ? Sound : [Sound[0], Damaged, Sound[1]]));
    }

    // A read returns the sound copy, so only the verification shows that one copy is left.
    [Test]
    public async Task Verification_of_a_mirror_names_the_replica_whose_bytes_are_damaged([Values] bool isPrimary)
    {
        await using var store = await ImageStore.OpenAsync(builder => builder
            .UseProvider("Folder", _ => Open(_folder))
            .WithMirror(part => part.UseProvider("Folder", _ => Open(_other)), options => options.ReconcileInterval = null));
        await SaveAllAsync(store.Images);
        await (isPrimary ? _folder : _other).DamageAsync(Damaged, StoreDamage.FlippedBit);

        var items = await store.GetRequiredService<IStoreRoute>().Stored.VerifyAsync(new VerificationOptions { Documents = false }).ToListAsync();

        Assert.That(items.Select(item => (item.Name, item.Part)), Is.EqualTo(new[] { Sound[0], Damaged, Sound[1] }.SelectMany(key => new[] { (key, (string?)"FileSystem"), (key, "FileSystem 2") })));
        Assert.That(items.Where(item => item.Status != VerificationStatus.Sound).Select(item => (item.Name, item.Part, item.Status)), Is.EqualTo(new[] { (Damaged, isPrimary ? "FileSystem" : "FileSystem 2", VerificationStatus.Corrupted) }));
    }

    [Test]
    public async Task Verification_of_a_fallback_names_a_hint_whose_payload_is_gone()
    {
        var isDown = false;
        await using var store = await ImageStore.OpenAsync(builder => builder
            .UseProvider("Folder", _ => new FaultInjectingProvider(Open(_folder), call => isDown && !call.HasTakenEffect ? new StorageUnavailableException("The primary is down.") { Provider = "FileSystem" } : null))
            .WithResilience(options => options.MaxRetries = 0)
            .WithFallback(part => part.UseProvider("Folder", _ => Open(_other)), options => options.ReconcileInterval = null));
        await SaveAllAsync(store.Images);
        isDown = true;
        await store.Images.SaveBytesAsync(Damaged, SampleImages.OfLength(5_000, 9));
        isDown = false;
        using (var fallback = Open(_other))
        {
            await fallback.DeleteAsync((await fallback.ListAsync(new ImageQuery())).Items.Single().Key);
        }

        var findings = await store.GetRequiredService<IStoreRoute>().Stored.VerifyAsync().Where(item => item.Status != VerificationStatus.Sound).ToListAsync();

        Assert.That(findings.Select(item => (item.Kind, item.Status, item.Part)), Is.EqualTo(new[] { (VerificationKind.Document, VerificationStatus.Missing, (string?)"FileSystem 2") }));
        Assert.That(findings[0].Detail, Does.Contain(Damaged));
    }

    private static async Task AssertNamedAsync(IImageStorage images, string damaged, string[] sound)
    {
        foreach (var order in Enum.GetValues<ImageOrder>())
        {
            foreach (var limit in new[] { 1, 50 })
            {
                var unlisted = new List<UnlistedImage>();
                var listed = await images.EnumerateAsync(new ImageQuery { Order = order, Limit = limit }, unlisted.Add).Select(info => info.Key.Value).ToListAsync();

                Assert.That(unlisted.Select(image => (image.Name, image.Status)), Is.EqualTo(new[] { (damaged, VerificationStatus.Corrupted) }), $"{order}, {limit}");
                Assert.That(listed.Order(StringComparer.Ordinal), Is.EqualTo(sound), $"{order}, {limit}");
            }
        }

        var usage = await images.GetUsageAsync();
        Assert.That((usage.Count, usage.Unlisted), Is.EqualTo(((long)sound.Length, 1)));
    }

    private FileSystem.FileSystemImageProvider Open(FolderPart part) => part.Open(_clock);

    private async Task SaveAllAsync(IImageStorage images)
    {
        foreach (var (key, seed) in new[] { (Sound[0], 1), (Damaged, 2), (Sound[1], 3) })
        {
            await images.SaveBytesAsync(key, SampleImages.OfLength(5_000, seed));
            _clock.Advance(TimeSpan.FromMinutes(1));
        }
    }
}
