using ImageStorage.Providers;

namespace ImageStorage.Samples.Tests.Snippets.CustomLayer;

public sealed class PurgeLayer(IImageProvider inner, Action<ImageKey> purge) : WriteLayer(inner)
{
    protected override ValueTask AfterWriteAsync(ImageKey key, WriteOutcome outcome)
    {
        if (outcome.Effect != WriteEffect.None)
        {
            purge(key);
        }

        return ValueTask.CompletedTask;
    }
}
