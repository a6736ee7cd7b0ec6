using ImageStorage.Benchmarks.Shared;

namespace ImageStorage.Benchmarks.Work;

/// <summary>Opens a store, up to the first result.</summary>
internal sealed class OpenWork
{
    private readonly string _folder;

    private OpenWork(string folder) => _folder = folder;

    public static async Task<OpenWork> CreateAsync(int images) => new(await Stores.FilledAsync(images));

    /// <summary>Opens up to the first result: an image does not exist.</summary>
    public async Task OpenAsync(int count)
    {
        for (var i = 0; i < count; i++)
        {
            using var storage = await OpenStoreAsync();
        }
    }

    /// <summary>Opens up to the newest image.</summary>
    public async Task OpenAndListAsync(int count)
    {
        for (var i = 0; i < count; i++)
        {
            using var storage = await OpenStoreAsync();
            var page = await storage.ListAsync(new ImageQuery { Limit = 1 });
            if (page.Items.Count != 1)
            {
                throw new InvalidOperationException("The store is empty.");
            }
        }
    }

    private async Task<ImageStorageManager> OpenStoreAsync()
    {
        var storage = Stores.Open(_folder, Durability.Full, ContentIdentity.Sha256);
        return await storage.GetInfoAsync("not/there.png") is null ? storage : throw new InvalidOperationException("The image should not be there.");
    }
}
