using ImageStorage.FileSystem.Tests.Simulation;
using ImageStorage.FileSystem.Volumes;

namespace ImageStorage.FileSystem.Tests.Flushing;

/// <summary>A volume whose folder flushes begin, wait until each is released, and may fail.</summary>
internal sealed class GatedVolume : IDisposable
{
    private readonly SemaphoreSlim _begun = new(0);
    private readonly SemaphoreSlim _goOn = new(0);
    private int _count;

    public GatedVolume()
    {
        Volume = new ObservedVolume(new InMemoryVolume(), call =>
        {
            if (call.Operation == VolumeOperation.FlushDirectory)
            {
                var number = Interlocked.Increment(ref _count);
                _begun.Release();
                _goOn.Wait();
                if (Failure?.Invoke(number) is { } failure)
                {
                    throw failure;
                }
            }
        });
    }

    public IVolume Volume { get; }

    /// <summary>Gets or sets the exception of the flush with this number, from 1.</summary>
    public Func<int, Exception?>? Failure { get; set; }

    /// <summary>Gets the number of flushes that have begun.</summary>
    public int Count => Volatile.Read(ref _count);

    public void WaitUntilBegun(int more = 1)
    {
        for (var i = 0; i < more; i++)
        {
            Assert.That(_begun.Wait(TimeSpan.FromMinutes(1)), Is.True, "No flush began.");
        }
    }

    public void LetGoOn(int count = 1) => _goOn.Release(count);

    public void Dispose()
    {
        _begun.Dispose();
        _goOn.Dispose();
    }
}
