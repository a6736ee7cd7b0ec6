using ImageStorage.Providers;

namespace ImageStorage.Resilience;

/// <summary>The content of one attempt of a save, which notes in its time how the save goes on.</summary>
internal sealed class WatchedContent(ImageContent source, AttemptTime time) : ImageContent
{
    public override long? Length => source.Length;

    public override bool CanRewind => source.CanRewind;

    public override ValueTask<ReadOnlyMemory<byte>> ReadAsync(CancellationToken cancellationToken = default)
    {
        time.BeginReading();
        var reading = source.ReadAsync(cancellationToken);
        if (!reading.IsCompletedSuccessfully)
        {
            return FinishAsync(reading);
        }

        var piece = reading.Result;
        time.EndReading(piece.Length);
        return ValueTask.FromResult(piece);
    }

    public override async ValueTask RewindAsync(CancellationToken cancellationToken = default)
    {
        await source.RewindAsync(cancellationToken).ConfigureAwait(false);
        time.Rewind();
    }

    public override ValueTask<ContentDigest> GetDigestAsync() => source.GetDigestAsync();

    private async ValueTask<ReadOnlyMemory<byte>> FinishAsync(ValueTask<ReadOnlyMemory<byte>> reading)
    {
        var taken = 0;
        try
        {
            var piece = await reading.ConfigureAwait(false);
            taken = piece.Length;
            return piece;
        }
        finally
        {
            time.EndReading(taken);
        }
    }
}
