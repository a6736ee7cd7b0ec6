using ImageStorage.Providers;

namespace ImageStorage.Resilience;

/// <summary>
/// The content of one attempt of a save, which records the progress of the save in the attempt's timer.
/// </summary>
internal sealed class ProgressContent(ImageContent source, AttemptTimer timer) : DelegatingImageContent(source)
{
    public override ValueTask<ReadOnlyMemory<byte>> ReadAsync(CancellationToken cancellationToken = default)
    {
        timer.BeginReading();
        var reading = Inner.ReadAsync(cancellationToken);
        if (!reading.IsCompletedSuccessfully)
        {
            return FinishAsync(reading);
        }

        var piece = reading.Result;
        timer.EndReading(piece.Length);
        return ValueTask.FromResult(piece);
    }

    public override async ValueTask RewindAsync(CancellationToken cancellationToken = default)
    {
        await Inner.RewindAsync(cancellationToken).ConfigureAwait(false);
        timer.Rewind();
    }

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
            timer.EndReading(taken);
        }
    }
}
