using ImageStorage.Benchmarks.Shared;
using ImageStorage.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace ImageStorage.Benchmarks.Work;

/// <summary>
/// Saves, reads and infos of one store, alone and with a fallback that is never needed, both put together as an
/// application does.
/// </summary>
internal sealed class FailoverWork : IAsyncDisposable
{
    private const int KeyCount = 64;

    private readonly byte[] _image;
    private readonly ImageKey[] _keys = [.. Enumerable.Range(0, KeyCount).Select(_ => new ImageKey(Names.Next()))];
    private readonly ServiceProvider _alone;
    private readonly ServiceProvider _layered;
    private int _next;

    private FailoverWork(int length, Action<ImageStorageBuilder> use, Action<ImageStorageBuilder> useFallback)
    {
        _image = SampleImages.OfLength(length);
        _alone = Build(use);
        _layered = Build(store =>
        {
            use(store);
            store.WithFallback(useFallback);
        });
    }

    private IImageStorage Alone => _alone.GetRequiredService<IImageStorage>();

    private IImageStorage Layered => _layered.GetRequiredService<IImageStorage>();

    /// <summary>Creates stores in memory, where the cost of the layers is most visible.</summary>
    public static Task<FailoverWork> InMemoryAsync(int length) => new FailoverWork(length, store => store.UseInMemory(), fallback => fallback.UseInMemory()).FillAsync();

    /// <summary>Creates stores in folders, with the lease of a fallback that several processes may share.</summary>
    public static Task<FailoverWork> InFoldersAsync(int length) => new FailoverWork(
        length,
        store => store.UseFileSystem(options => (options.Path, options.Durability) = (WorkFolder.Current.New("failover"), Durability.Relaxed)),
        fallback => fallback.UseFileSystem(options => (options.Path, options.Durability) = (WorkFolder.Current.New("fallback"), Durability.Relaxed))).FillAsync();

    public Task SaveAloneAsync(int count) => SaveAsync(Alone, Names.Next, count);

    public Task SaveLayeredAsync(int count) => SaveAsync(Layered, Names.Next, count);

    public Task OverwriteAloneAsync(int count) => SaveAsync(Alone, () => NextKey().Value, count);

    public Task OverwriteLayeredAsync(int count) => SaveAsync(Layered, () => NextKey().Value, count);

    public Task ReadAloneAsync(int count) => ReadAsync(Alone, count);

    public Task ReadLayeredAsync(int count) => ReadAsync(Layered, count);

    public Task InfoAloneAsync(int count) => InfoAsync(Alone, count);

    public Task InfoLayeredAsync(int count) => InfoAsync(Layered, count);

    public async ValueTask DisposeAsync()
    {
        await _alone.DisposeAsync();
        await _layered.DisposeAsync();
    }

    private static ServiceProvider Build(Action<ImageStorageBuilder> use)
    {
        var services = new ServiceCollection();
        use(services.AddImageStorage());
        return services.BuildServiceProvider();
    }

    private async Task<FailoverWork> FillAsync()
    {
        foreach (var key in _keys)
        {
            await Alone.SaveBytesAsync(key, _image);
            await Layered.SaveBytesAsync(key, _image);
        }

        return this;
    }

    private async Task SaveAsync(IImageStorage storage, Func<string> next, int count)
    {
        for (var i = 0; i < count; i++)
        {
            await storage.SaveBytesAsync(next(), _image);
        }
    }

    private async Task ReadAsync(IImageStorage storage, int count)
    {
        for (var i = 0; i < count; i++)
        {
            await using var image = await storage.GetAsync(NextKey()) ?? throw new InvalidOperationException("The image that was saved is gone.");
            await image.Content.CopyToAsync(Stream.Null);
        }
    }

    private async Task InfoAsync(IImageStorage storage, int count)
    {
        for (var i = 0; i < count; i++)
        {
            _ = await storage.GetInfoAsync(NextKey()) ?? throw new InvalidOperationException("The image that was saved is gone.");
        }
    }

    private ImageKey NextKey() => _keys[_next++ % KeyCount];
}
