using System.Globalization;
using ImageStorage.Benchmarks.Shared;
using ImageStorage.FileSystem;
using ImageStorage.Testing;

namespace ImageStorage.Benchmarks.Work;

/// <summary>Walks over all keys of a store with one large folder. The files are empty: a walk without records opens none.</summary>
internal sealed class WalkWork : IDisposable
{
    private const int LookInterval = 16 * 1024;
    private readonly string _folder;
    private readonly int _images;
    private readonly FileSystemImageProvider _provider;

    private WalkWork(string path, int images)
    {
        (_folder, _images) = (Path.Join(path, "images"), images);
        _provider = new FileSystemImageProvider(new FileSystemStorageOptions { Path = path, Durability = Durability.Relaxed });
    }

    public static async Task<WalkWork> CreateAsync(int images)
    {
        var path = WorkFolder.Current.New("walk");
        var work = new WalkWork(path, images);
        await new ImageStorageManager(work._provider).SaveBytesAsync("first.png", SampleImages.OfLength(512));
        var random = new Random(1);
        for (var i = 1; i < images; i++)
        {
            File.Create(Path.Join(work._folder, string.Create(CultureInfo.InvariantCulture, $"{random.NextInt64():x16}-{i:x6}.jpg"))).Dispose();
        }

        return work;
    }

    /// <summary>Reads the names of the folder: the minimum.</summary>
    public Task RawAsync(int count)
    {
        for (var i = 0; i < count; i++)
        {
            Check(NativeCalls.CountEntries(_folder));
        }

        return Task.CompletedTask;
    }

    public async Task WalkAsync(int count, HeapPeak? peak = null)
    {
        for (var i = 0; i < count; i++)
        {
            peak?.Begin();
            var walked = 0;
            await foreach (var _ in _provider.WalkAsync(new WalkOptions { Records = false }))
            {
                if (++walked % LookInterval == 1)
                {
                    peak?.Look();
                }
            }

            Check(walked);
        }
    }

    public void Dispose() => _provider.Dispose();

    private void Check(int found)
    {
        if (found != _images)
        {
            throw new InvalidOperationException($"The folder has {found} entries in place of {_images}.");
        }
    }
}
