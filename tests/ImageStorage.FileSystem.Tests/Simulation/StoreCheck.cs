using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ImageStorage.FileSystem.Index;
using ImageStorage.FileSystem.Volumes;
using ImageStorage.Providers;

namespace ImageStorage.FileSystem.Tests.Simulation;

/// <summary>Describes a store through its contract, and fails if its views are inconsistent.</summary>
internal static class StoreCheck
{
    public const string Collection = "notes/";

    /// <summary>Limits of the index with which every other save merges.</summary>
    public static IndexLimits SmallIndex { get; } = new() { LogLength = 600, MaxLogs = 2, MinStaleMarkers = 2, RebuildBatchLength = 2 };

    /// <summary>
    /// Describes everything that a store shows as text: images with their records and bytes, and documents. Two stores
    /// with equal content have equal descriptions. Fails if two views of the store, or bytes and records, disagree.
    /// </summary>
    public static async Task<string> DescribeAsync(IImageProvider provider, string prefix = "")
    {
        // Not disposed: it would dispose the provider, which belongs to the caller.
        var storage = new ImageStorageManager(provider);
        var description = new StringBuilder();
        var byKey = await ListAsync(storage, ImageOrder.KeyAscending, prefix);
        var ascending = await ListAsync(storage, ImageOrder.CreatedAscending, prefix);
        var descending = await ListAsync(storage, ImageOrder.CreatedDescending, prefix);
        Assert.That(byKey.Select(info => info.Key.Value), Is.Ordered.Using((IComparer<string>)StringComparer.Ordinal), "The listing by key is not in order.");
        Assert.That(ascending, Is.EqualTo(byKey.OrderBy(info => info.CreatedAt).ThenBy(info => info.Key.Value, StringComparer.Ordinal)), "The listing by time does not show what the tree of images holds.");
        Assert.That(descending, Is.EqualTo(ascending.AsEnumerable().Reverse()), "Newest first is not the reverse of oldest first.");
        foreach (var info in byKey)
        {
            var bytes = await storage.GetBytesAsync(info.Key);
            Assert.That(bytes, Is.Not.Null, $"'{info.Key}' is listed but cannot be read.");
            Assert.That(new Sha256Digest(SHA256.HashData(bytes!)), Is.EqualTo(info.Sha256), $"The bytes of '{info.Key}' are not those of its record.");
            description.AppendLine(CultureInfo.InvariantCulture, $"{info.Key} {info.Length} {info.Sha256} {info.CreatedAt.UtcTicks} {info.FileName} [{string.Join(',', info.Tags)}] {{{string.Join(',', info.Metadata)}}}");
        }

        if (prefix.Length == 0)
        {
            var usage = await provider.GetUsageAsync();
            Assert.That((usage.Count, usage.Bytes), Is.EqualTo(((long)byKey.Count, byKey.Sum(info => info.Length))), "The usage counts something else than the listing shows.");
        }

        foreach (var name in await provider.Documents.ListAsync(Collection + prefix, limit: 1000))
        {
            var document = await provider.Documents.GetAsync(name);
            Assert.That(document, Is.Not.Null, $"The document '{name}' is listed but cannot be read.");
            description.AppendLine(CultureInfo.InvariantCulture, $"document {name} {Convert.ToHexString(document!.Content.Span)}");
        }

        return description.ToString();
    }

    /// <summary>Opens a store with a new provider and describes it.</summary>
    public static async Task<string> DescribeAsync(IVolume volume, TimeProvider clock, string prefix = "")
    {
        using var provider = Open(volume, clock);
        return await DescribeAsync(provider, prefix);
    }

    /// <summary>
    /// Describes a store after a restart. Fails unless everything is sound and, once the store was written to, the
    /// staging area is empty.
    /// </summary>
    public static async Task<string> DescribeAfterRestartAsync(InMemoryVolume volume, TimeProvider clock)
    {
        string description;
        using (var provider = Open(volume, clock))
        {
            description = await DescribeAsync(provider);
            await AssertSoundAsync(provider);
            await provider.CheckAsync();
        }

        Assert.That(volume.FilesBelow(FileSystemStore.StagingFolder), Is.Empty, "The staging area was not reclaimed.");
        return description;
    }

    public static async Task AssertSoundAsync(FileSystemImageProvider provider)
    {
        var items = new List<VerificationItem>();
        await foreach (var item in provider.VerifyAsync())
        {
            items.Add(item);
        }

        Assert.That(items.Where(item => item.Status != VerificationStatus.Sound), Is.Empty, "The verification found something.");
    }

    /// <summary>
    /// Opens a store that merges its index synchronously, so that the order of calls is always the same.
    /// </summary>
    public static FileSystemImageProvider Open(IVolume volume, TimeProvider clock, Durability durability = Durability.Full, IndexLimits? limits = null) =>
        new(volume, durability, createIfMissing: true, clock, limits: limits, schedule: merge => merge());

    private static async Task<List<ImageInfo>> ListAsync(ImageStorageManager storage, ImageOrder order, string prefix)
    {
        // Small pages, so that every listing also uses continuation tokens.
        var infos = new List<ImageInfo>();
        await foreach (var info in storage.EnumerateAsync(new ImageQuery { Order = order, Limit = 3, Prefix = prefix.Length == 0 ? null : prefix }))
        {
            infos.Add(info);
        }

        return infos;
    }
}
