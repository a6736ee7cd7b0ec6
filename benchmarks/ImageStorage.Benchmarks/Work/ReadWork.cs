using ImageStorage.Benchmarks.Shared;
using ImageStorage.Testing;

namespace ImageStorage.Benchmarks.Work;

/// <summary>Reads of images of one size in the page cache, and of their records.</summary>
internal sealed class ReadWork : IDisposable
{
    private readonly ImageStorageManager _storage;
    private readonly List<ImageKey> _keys = [];
    private readonly List<string> _paths = [];
    private int _next;

    private ReadWork()
    {
        _storage = Stores.Open(WorkFolder.Current.New("read"), Durability.Relaxed, ContentIdentity.Sha256);
    }

    /// <summary>Creates the images to read, at most 64 MB, for each contender.</summary>
    public static async Task<ReadWork> CreateAsync(int length)
    {
        var work = new ReadWork();
        var raw = new RawFiles(WorkFolder.Current.New("raw-read"));
        for (var i = 0; i < Math.Min(500, (64 << 20) / length); i++)
        {
            var image = SampleImages.OfLength(length, i);
            work._paths.Add(raw.Save(image, durable: false));
            work._keys.Add(Names.Next());
            await work._storage.SaveBytesAsync(work._keys[^1], image);
        }

        NativeCalls.Settle();
        return work;
    }

    public Task RawAsync(int count)
    {
        for (var i = 0; i < count; i++)
        {
            RawFiles.Read(NextOf(_paths));
        }

        return Task.CompletedTask;
    }

    public Task ReadAllBytesAsync(int count)
    {
        for (var i = 0; i < count; i++)
        {
            GC.KeepAlive(File.ReadAllBytes(NextOf(_paths)));
        }

        return Task.CompletedTask;
    }

    public async Task ReadAsync(int count)
    {
        for (var i = 0; i < count; i++)
        {
            await using var image = await _storage.GetAsync(NextOf(_keys));
            await image!.Content.CopyToAsync(Stream.Null);
        }
    }

    public Task RawEndAsync(int count)
    {
        for (var i = 0; i < count; i++)
        {
            RawFiles.ReadEnd(NextOf(_paths));
        }

        return Task.CompletedTask;
    }

    public async Task GetInfoAsync(int count)
    {
        for (var i = 0; i < count; i++)
        {
            await _storage.GetInfoAsync(NextOf(_keys));
        }
    }

    public void Dispose() => _storage.Dispose();

    private T NextOf<T>(List<T> items) => items[_next = (_next + 1) % items.Count];
}
