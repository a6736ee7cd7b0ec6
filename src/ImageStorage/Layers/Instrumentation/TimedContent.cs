using System.Diagnostics;
using ImageStorage.Providers;

namespace ImageStorage.Instrumentation;

/// <summary>
/// Measures how long a provider waits for the source of an image, such as the image of another provider.
/// </summary>
internal sealed class TimedContent(ImageContent inner) : DelegatingImageContent(inner)
{
    private long _waited;

    internal override TimeSpan? Waited => Stopwatch.GetElapsedTime(0, Volatile.Read(ref _waited));

    public override async ValueTask<ReadOnlyMemory<byte>> ReadAsync(CancellationToken cancellationToken = default)
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            return await Inner.ReadAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            // The reads of a content follow each other.
            Volatile.Write(ref _waited, _waited + Stopwatch.GetTimestamp() - started);
        }
    }
}
