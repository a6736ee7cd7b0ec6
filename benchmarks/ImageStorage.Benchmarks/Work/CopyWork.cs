using ImageStorage.Benchmarks.Shared;
using ImageStorage.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace ImageStorage.Benchmarks.Work;

/// <summary>Copies one image under new names: a file by the runtime, and an image of a folder by the store.</summary>
internal sealed class CopyWork : IDisposable
{
    private readonly ServiceProvider _services;
    private readonly IImageStorage _storage;
    private readonly RawFiles _raw;
    private readonly string _file;
    private readonly ImageKey _key;

    private CopyWork(int length, ServiceProvider services)
    {
        (_services, _storage) = (services, services.GetRequiredService<IImageStorage>());
        _raw = new RawFiles(WorkFolder.Current.New("copies-raw"));
        (_file, _key) = (_raw.Save(SampleImages.OfLength(length), durable: true), Names.Next());
    }

    public static async Task<CopyWork> CreateAsync(int length)
    {
        var services = new ServiceCollection();
        services.AddImageStorage().UseFileSystem(WorkFolder.Current.New("copies"));
        var work = new CopyWork(length, services.BuildServiceProvider());
        await work._storage.SaveBytesAsync(work._key, SampleImages.OfLength(length));
        return work;
    }

    public Task RawAsync(int count)
    {
        for (var i = 0; i < count; i++)
        {
            _raw.Copy(_file);
        }

        return Task.CompletedTask;
    }

    public async Task CopyAsync(int count)
    {
        for (var i = 0; i < count; i++)
        {
            await _storage.CopyAsync(_key, Names.Next());
        }
    }

    public void Dispose() => _services.DisposeAsync().AsTask().GetAwaiter().GetResult();
}
