using System.Runtime.ExceptionServices;
using ImageStorage.Content;
using ImageStorage.Errors;
using Polly;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace ImageStorage.Resilience;

/// <summary>Makes calls by the pipelines of a provider, and reports what they refuse as failures of the provider.</summary>
internal sealed class ResilienceCalls(ProviderPipelines pipelines, string provider)
{
    /// <summary>For what must not happen twice, or answers otherwise the second time: conditional writes, deletes.</summary>
    public async Task<TResult> OnceAsync<TState, TResult>(ResiliencePipeline attempt, TState state, Func<TState, CancellationToken, Task<TResult>> call, CancellationToken cancellationToken)
    {
        var outcome = await AttemptAsync(attempt, state, call, cancellationToken).ConfigureAwait(false);
        return outcome.Exception is null ? outcome.Result! : throw Explained(outcome.Exception);
    }

    /// <summary>For reads, unconditional updates and saves.</summary>
    public async Task<TResult> RepeatedAsync<TState, TResult>(
        ResiliencePipeline attempt, TState state, Func<TState, CancellationToken, Task<TResult>> call, CancellationToken cancellationToken, ImageContent? content = null)
    {
        var start = pipelines.Now();
        var outcome = await AttemptAsync(attempt, state, call, cancellationToken).ConfigureAwait(false);
        if (outcome.Exception is null)
        {
            return outcome.Result!;
        }

        var left = pipelines.LeftOf(attempt, start);
        return left > TimeSpan.Zero && pipelines.IsWorthRepeating(outcome.Exception, content)
            ? await RepeatAsync(outcome.Exception, attempt, left, state, call, content, cancellationToken).ConfigureAwait(false)
            : throw Explained(outcome.Exception);
    }

    /// <summary>Was the provider not asked at all, so that a write can have had no effect?</summary>
    public static bool WasNotAsked(StorageUnavailableException exception) => exception.InnerException is BrokenCircuitException;

    private static async ValueTask<Outcome<TResult>> AttemptAsync<TState, TResult>(
        ResiliencePipeline attempt, TState state, Func<TState, CancellationToken, Task<TResult>> call, CancellationToken cancellationToken)
    {
        var context = ResilienceContextPool.Shared.Get(continueOnCapturedContext: false, cancellationToken);
        try
        {
            return await attempt.ExecuteOutcomeAsync(
                static async (context, state) =>
                {
                    try
                    {
                        return Outcome.FromResult(await state.call(state.state, context.CancellationToken).ConfigureAwait(false));
                    }
                    catch (Exception exception)
                    {
                        // Not swallowed: the stages judge it, and the caller throws it.
                        return Outcome.FromException<TResult>(exception);
                    }
                },
                context,
                (state, call)).ConfigureAwait(false);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private async Task<TResult> RepeatAsync<TState, TResult>(
        Exception first, ResiliencePipeline attempt, TimeSpan left, TState state, Func<TState, CancellationToken, Task<TResult>> call, ImageContent? content, CancellationToken cancellationToken)
    {
        var context = ResilienceContextPool.Shared.Get(continueOnCapturedContext: false, cancellationToken);
        ProviderPipelines.Prepare(context, left, content);
        var known = first;
        try
        {
            // What it takes for the first attempt is the one that has been made: its failure decides how long to wait.
            var outcome = await pipelines.Repeat.ExecuteOutcomeAsync(
                async (context, _) => Interlocked.Exchange(ref known, null) is { } failure
                    ? Outcome.FromException<TResult>(failure)
                    : await AttemptAsync(attempt, state, call, context.CancellationToken).ConfigureAwait(false),
                context,
                0).ConfigureAwait(false);
            return outcome.Exception is null ? outcome.Result! : throw Explained(outcome.Exception, left, pipelines.LimitOf(attempt));
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private Exception Explained(Exception exception, TimeSpan left = default, TimeSpan whole = default)
    {
        switch (exception)
        {
            case TimeoutRejectedException timeout:
                var limit = timeout.Timeout == left ? whole : timeout.Timeout;
                return new StorageUnavailableException(
                    $"{provider} did not answer within {limit.TotalSeconds:0.#} seconds. Whether a write had its effect is unknown. Try again later, or allow more time (ResilienceOptions).", exception)
                {
                    Provider = provider,
                };
            case BrokenCircuitException:
                return new StorageUnavailableException($"{provider} was not asked: too many of its calls have failed, and it is tried again in a moment. See its failures before this one.", exception) { Provider = provider };
            default:
                ExceptionDispatchInfo.Throw(exception);
                return exception;
        }
    }
}
