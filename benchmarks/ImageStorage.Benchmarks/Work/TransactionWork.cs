using ImageStorage.Benchmarks.Shared;
using ImageStorage.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace ImageStorage.Benchmarks.Work;

/// <summary>Ten saves of one size under new names into a folder: one after the other, and as one transaction.</summary>
internal sealed class TransactionWork : IDisposable
{
    private const int Saves = 10;

    private readonly byte[] _image;
    private readonly ServiceProvider _services;
    private readonly IImageStorage _storage;
    private readonly IImageTransactions _transactions;

    public TransactionWork(int length)
    {
        _image = SampleImages.OfLength(length);
        var services = new ServiceCollection();
        services.AddImageStorage().UseFileSystem(WorkFolder.Current.New("transactions")).WithTransactions();
        _services = services.BuildServiceProvider();
        _storage = _services.GetRequiredService<IImageStorage>();
        _transactions = _services.GetRequiredService<IImageTransactions>();
    }

    public async Task BareAsync(int count)
    {
        for (var i = 0; i < count * Saves; i++)
        {
            await _storage.SaveBytesAsync(Names.Next(), _image);
        }
    }

    public async Task TransactionAsync(int count)
    {
        for (var i = 0; i < count; i++)
        {
            await _transactions.ExecuteAsync([.. Enumerable.Range(0, Saves).Select(_ => new SaveStep(new SaveRequest(Names.Next(), new MemoryStream(_image, writable: false))))]);
        }
    }

    public void Dispose() => _services.DisposeAsync().AsTask().GetAwaiter().GetResult();
}
