using ImageStorage.Benchmarks.Shared;
using ImageStorage.Testing;

namespace ImageStorage.Benchmarks.Work;

/// <summary>Pages of a listing by time of creation, newest first.</summary>
internal sealed class PageWork : IDisposable
{
    private const int PageLength = 50;
    private readonly ImageStorageManager _storage;
    private readonly List<string> _paths = [];
    private ImageQuery _middle = new();

    private PageWork(string folder)
    {
        _storage = Stores.Open(folder, Durability.Relaxed, ContentIdentity.XxHash128);
    }

    public static async Task<PageWork> CreateAsync(int images)
    {
        var work = new PageWork(await Stores.FilledAsync(images));
        var raw = new RawFiles(WorkFolder.Current.New("raw-page"));
        for (var i = 0; i < PageLength; i++)
        {
            work._paths.Add(raw.Save(SampleImages.OfLength(768), durable: false));
        }

        // Page after page, like an application.
        var query = new ImageQuery { Limit = ImageQuery.MaxLimit };
        for (var passed = 0; passed < images / 2; passed += query.Limit)
        {
            query = query with { ContinuationToken = (await work._storage.ListAsync(query)).ContinuationToken };
        }

        work._middle = query with { Limit = PageLength };
        return work;
    }

    /// <summary>Opens and reads only the files of the records of a page: the minimum.</summary>
    public Task RawAsync(int count)
    {
        for (var i = 0; i < count; i++)
        {
            foreach (var path in _paths)
            {
                RawFiles.ReadEnd(path);
            }
        }

        return Task.CompletedTask;
    }

    public Task NewestAsync(int count) => ListAsync(new ImageQuery { Limit = PageLength }, count);

    public Task MiddleAsync(int count) => ListAsync(_middle, count);

    public void Dispose() => _storage.Dispose();

    private async Task ListAsync(ImageQuery query, int count)
    {
        for (var i = 0; i < count; i++)
        {
            var page = await _storage.ListAsync(query);
            if (page.Items.Count != PageLength)
            {
                throw new InvalidOperationException($"The page has {page.Items.Count} images.");
            }
        }
    }
}
