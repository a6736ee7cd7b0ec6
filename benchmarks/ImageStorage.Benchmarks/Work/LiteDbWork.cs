using ImageStorage.Benchmarks.Shared;
using ImageStorage.LiteDb;
using ImageStorage.Testing;
using LiteDB;

namespace ImageStorage.Benchmarks.Work;

/// <summary>Saves, reads and pages of the LiteDB provider, compared with the file storage of LiteDB.</summary>
internal sealed class LiteDbWork : IDisposable
{
    private const int PageLength = 50;
    private const int MostKept = 400;
    private readonly byte[] _image;
    private readonly LiteDatabase _raw;
    private readonly ImageStorageManager _storage;
    private readonly List<ImageKey> _keys = [];
    private readonly List<string> _rawIds = [];
    private int _next;

    public LiteDbWork(int length, Durability durability, ContentIdentity identity)
    {
        var folder = WorkFolder.Current.New("litedb");
        _image = SampleImages.OfLength(length);
        _raw = new LiteDatabase($"Filename={System.IO.Path.Join(folder, "raw.db")};Connection=direct");
        _storage = new ImageStorageManager(
            new LiteDbImageProvider(new LiteDbStorageOptions { Path = System.IO.Path.Join(folder, "ours.db"), Durability = durability }),
            new ImageStorageOptions { Identity = identity });
    }

    public Task RawSaveAsync(int count)
    {
        for (var i = 0; i < count; i++)
        {
            var id = Names.Next();
            using var source = new MemoryStream(_image);
            _raw.FileStorage.Upload(id, "image.png", source);
            Keep(_rawIds, id);
        }

        return Task.CompletedTask;
    }

    public async Task SaveAsync(int count)
    {
        for (var i = 0; i < count; i++)
        {
            ImageKey key = Names.Next();
            await _storage.SaveBytesAsync(key, _image);
            Keep(_keys, key);
        }
    }

    public Task RawReadAsync(int count)
    {
        for (var i = 0; i < count; i++)
        {
            using var file = _raw.FileStorage.OpenRead(NextOf(_rawIds));
            file.CopyTo(Stream.Null);
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

    /// <summary>Saves so many small images, created evenly over the last year.</summary>
    public async Task FillAsync(int images)
    {
        const int Writers = 16;
        var start = DateTimeOffset.UtcNow.AddYears(-1);
        var step = TimeSpan.FromDays(365) / images;
        var next = -1;
        async Task WriteAsync()
        {
            for (int i; (i = Interlocked.Increment(ref next)) < images;)
            {
                await _storage.SaveBytesAsync(Names.Next(), _image, new SaveOptions { CreatedAt = start + (i * step) });
            }
        }

        await Task.WhenAll(Enumerable.Range(0, Writers).Select(_ => Task.Run(WriteAsync)));
        NativeCalls.Settle();
    }

    public async Task NewestAsync(int count)
    {
        for (var i = 0; i < count; i++)
        {
            var page = await _storage.ListAsync(new ImageQuery { Limit = PageLength });
            if (page.Items.Count != PageLength)
            {
                throw new InvalidOperationException($"The page has {page.Items.Count} images.");
            }
        }
    }

    public async Task SaveWatchedAsync(int count, HeapPeak peak)
    {
        for (var i = 0; i < count; i++)
        {
            peak.Begin();
            ImageKey key = Names.Next();
            using var source = new MemoryStream(_image);
            await _storage.SaveAsync(key, new WatchedStream(source, peak));
            Keep(_keys, key);
        }
    }

    public async Task ReadWatchedAsync(int count, HeapPeak peak)
    {
        for (var i = 0; i < count; i++)
        {
            peak.Begin();
            await using var image = await _storage.GetAsync(NextOf(_keys));
            await image!.Content.CopyToAsync(new WatchedStream(Stream.Null, peak));
        }
    }

    public void Dispose()
    {
        _storage.Dispose();
        _raw.Dispose();
    }

    private T NextOf<T>(List<T> items) => items[_next = (_next + 1) % items.Count];

    private static void Keep<T>(List<T> items, T item)
    {
        if (items.Count < MostKept)
        {
            items.Add(item);
        }
    }
}
