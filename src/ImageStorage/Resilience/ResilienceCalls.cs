using ImageStorage.Errors;
using Polly;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace ImageStorage.Resilience;

/// <summary>Makes calls by a pipeline, and reports what the pipeline refuses as failures of the provider.</summary>
internal static class ResilienceCalls
{
    public static async Task<TResult> RunAsync<TState, TResult>(
        ResiliencePipeline pipeline, string provider, TState state, Func<TState, CancellationToken, Task<TResult>> call, CancellationToken cancellationToken, Content.ImageContent? content = null)
    {
        var context = ResilienceContextPool.Shared.Get(continueOnCapturedContext: false, cancellationToken);
        if (content is not null)
        {
            context.Properties.Set(ProviderPipelines.Content, content);
        }

        try
        {
            return await pipeline.ExecuteAsync(
                static (context, state) => new ValueTask<TResult>(state.call(state.state, context.CancellationToken)), context, (state, call)).ConfigureAwait(false);
        }
        catch (TimeoutRejectedException exception)
        {
            throw new StorageUnavailableException(
                $"{provider} did not answer within {exception.Timeout.TotalSeconds:0.#} seconds. Whether a write had its effect is unknown. Try again later, or allow more time (ResilienceOptions).", exception)
            {
                Provider = provider,
            };
        }
        catch (BrokenCircuitException exception)
        {
            throw new StorageUnavailableException($"{provider} was not asked: too many of its calls have failed, and it is tried again in a moment. See its failures before this one.", exception) { Provider = provider };
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    /// <summary>Was the provider not asked at all, so that a write can have had no effect?</summary>
    public static bool WasNotAsked(StorageUnavailableException exception) => exception.InnerException is BrokenCircuitException;
}
