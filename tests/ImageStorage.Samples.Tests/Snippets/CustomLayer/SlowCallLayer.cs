using System.Diagnostics;
using ImageStorage.Providers;

namespace ImageStorage.Samples.Tests.Snippets.CustomLayer;

public sealed class SlowCallLayer(IImageProvider inner, Action<string> report) : InterceptingImageProvider(inner)
{
    protected override async Task<TResult> InterceptAsync<TState, TResult>(
        InterceptedCall intercepted, TState state, Func<TState, CancellationToken, Task<TResult>> proceed, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            return await proceed(state, cancellationToken);
        }
        finally
        {
            if (Stopwatch.GetElapsedTime(started) > TimeSpan.FromSeconds(1))
            {
                report($"{intercepted.Operation} of {Name} is slow.");
            }
        }
    }
}
