using System.Globalization;
using ImageStorage.CrashHarness.Workload;
using Microsoft.Extensions.DependencyInjection;

namespace ImageStorage.CrashHarness.Cache;

/// <summary>
/// A folder of images with a cache on disk, composed like in an application. Key and version determine the bytes of an image.
/// </summary>
internal sealed class CachedStore : IDisposable
{
    public const int Keys = 24;

    /// <summary>Less than the size of all images, so that images are evicted all the time.</summary>
    public const long DiskLimit = 3 << 20;

    private const string VersionName = "version";
    private const int LongestImage = 400_000;
    private readonly ServiceProvider _services;

    /// <param name="store">The folder of the images.</param>
    /// <param name="cache">The folder of the cache.</param>
    public CachedStore(string store, string cache)
    {
        var services = new ServiceCollection();
        services.AddImageStorage().UseFileSystem(options => (options.Path, options.Durability) = (store, Durability.Relaxed)).WithCache(options =>
        {
            options.Memory.SizeLimitBytes = 256 << 10;
            options.Memory.MaxItemBytes = 32 << 10;
            options.Disk.Path = cache;
            options.Disk.SizeLimitBytes = DiskLimit;
            options.Disk.MaxItemBytes = 1 << 20;
        });
        _services = services.BuildServiceProvider();
        Images = _services.GetRequiredService<IImageStorage>();
        Cache = _services.GetRequiredService<IImageCache>();
    }

    public IImageStorage Images { get; }

    public IImageCache Cache { get; }

    public static ImageKey KeyOf(int key) => string.Create(CultureInfo.InvariantCulture, $"cached/{key}.png");

    public Task SaveAsync(int key, long version) =>
        Images.SaveBytesAsync(KeyOf(key), Content(key, version), new SaveOptions { Metadata = new Dictionary<string, string> { [VersionName] = version.ToString(CultureInfo.InvariantCulture) } });

    /// <summary>Reads an image, or a range of it, and checks its bytes.</summary>
    /// <returns>The version, 0 for a missing image; and a violation, or null.</returns>
    public async Task<(long Version, string? Violation)> ReadAsync(int key, Random random)
    {
        var range = random.Next(4) == 0 ? new ByteRange(-random.Next(1, 2000)) : default(ByteRange?);
        await using var image = await Images.GetAsync(KeyOf(key), new GetOptions { Range = range });
        if (image is null)
        {
            return (0, null);
        }

        var version = long.Parse(image.Info.Metadata[VersionName], CultureInfo.InvariantCulture);
        using var bytes = new MemoryStream();
        await image.Content.CopyToAsync(bytes);
        var expected = Content(key, version).AsSpan((int)image.Range.Offset, (int)image.Range.Length);
        var isSound = bytes.GetBuffer().AsSpan(0, (int)bytes.Length).SequenceEqual(expected);
        return (version, isSound ? null : $"image {key} was read with other bytes than those of its version {version}");
    }

    public void Dispose() => _services.Dispose();

    private static byte[] Content(int key, long version)
    {
        var length = new Random(Seeds.Of(key, (int)version)).Next(version % 3 == 0 ? 4_000 : LongestImage / 4, version % 3 == 0 ? 40_000 : LongestImage);
        return SelfDescribing.Image(string.Create(CultureInfo.InvariantCulture, $"{version}~{length}"), KeyOf(key).Value);
    }
}
