using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using ImageStorage.Content;
using ImageStorage.Errors;
using Polly;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace ImageStorage.Resilience;

/// <summary>
/// Makes the calls of one kind by the pipelines of a provider, and reports what they refuse as failures of the provider. As this stands in the way of every
/// call, what is asynchronous here uses pooled builders.
/// </summary>
internal sealed class ResilienceCalls(ProviderPipelines pipelines, AttemptKind attempt, string provider)
{
    /// <summary>For what must not happen twice, or answers otherwise the second time: conditional writes, deletes.</summary>
    public Task<TResult> OnceAsync<TState, TResult>(TState state, Func<TState, CancellationToken, Task<TResult>> call, CancellationToken cancellationToken) =>
        MakeAsync(state, call, mayRepeat: false, null, cancellationToken).AsTask();

    /// <summary>For reads, unconditional updates and saves.</summary>
    public Task<TResult> RepeatedAsync<TState, TResult>(TState state, Func<TState, CancellationToken, Task<TResult>> call, CancellationToken cancellationToken, ImageContent? content = null) =>
        MakeAsync(state, call, mayRepeat: true, content, cancellationToken).AsTask();

    /// <summary>Was the provider not asked at all, so that a write can have had no effect?</summary>
    public static bool WasNotAsked(StorageUnavailableException exception) => exception.InnerException is BrokenCircuitException;

    // One method from the call to its first outcome: each one more would be one more to resume when the provider answers.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<TResult> MakeAsync<TState, TResult>(
        TState state, Func<TState, CancellationToken, Task<TResult>> call, bool mayRepeat, ImageContent? content, CancellationToken cancellationToken)
    {
        var start = mayRepeat ? pipelines.Now() : 0;
        Outcome<TResult> outcome;
        var context = ResilienceContextPool.Shared.Get(continueOnCapturedContext: false, cancellationToken);
        try
        {
            outcome = await AttemptAsync(context, state, call).ConfigureAwait(false);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }

        if (outcome.Exception is null)
        {
            return outcome.Result!;
        }

        var left = mayRepeat ? attempt.Whole - pipelines.Elapsed(start) : TimeSpan.Zero;
        return left > TimeSpan.Zero && pipelines.IsWorthRepeating(outcome.Exception, content)
            ? await RepeatAsync(outcome.Exception, left, state, call, content, cancellationToken).ConfigureAwait(false)
            : throw Explained(outcome.Exception);
    }

    private ValueTask<Outcome<TResult>> AttemptAsync<TState, TResult>(ResilienceContext context, TState state, Func<TState, CancellationToken, Task<TResult>> call) => attempt.Breaker.ExecuteOutcomeAsync(
        static (context, made) => made.Limit is { } limit ? LimitedAsync(limit, made.call, made.state, context.CancellationToken) : OutcomeAsync(made.call, made.state, context.CancellationToken),
        context,
        (attempt.Limit, call, state));

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private static async ValueTask<Outcome<TResult>> OutcomeAsync<TState, TResult>(Func<TState, CancellationToken, Task<TResult>> call, TState state, CancellationToken cancellationToken)
    {
        try
        {
            return Outcome.FromResult(await call(state, cancellationToken).ConfigureAwait(false));
        }
        catch (Exception exception)
        {
            // Not swallowed: the breaker judges it, and the caller throws it.
            return Outcome.FromException<TResult>(exception);
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private static async ValueTask<Outcome<TResult>> LimitedAsync<TState, TResult>(
        AttemptLimit limit, Func<TState, CancellationToken, Task<TResult>> call, TState state, CancellationToken cancellationToken)
    {
        var time = limit.Begin();
        var ending = cancellationToken.UnsafeRegister(static time => ((CancellationTokenSource)time!).Cancel(), time);
        try
        {
            return Outcome.FromResult(await call(state, time.Token).ConfigureAwait(false));
        }
        catch (OperationCanceledException exception) when (time.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return Outcome.FromException<TResult>(new TimeoutRejectedException("The attempt took too long.", limit.Length, exception));
        }
        catch (Exception exception)
        {
            return Outcome.FromException<TResult>(exception);
        }
        finally
        {
            ending.Dispose();
            limit.End(time);
        }
    }

    private async Task<TResult> RepeatAsync<TState, TResult>(
        Exception first, TimeSpan left, TState state, Func<TState, CancellationToken, Task<TResult>> call, ImageContent? content, CancellationToken cancellationToken)
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
                    : await AttemptAgainAsync(state, call, context.CancellationToken).ConfigureAwait(false),
                context,
                0).ConfigureAwait(false);
            return outcome.Exception is null ? outcome.Result! : throw Explained(outcome.Exception, left, attempt.Whole);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private async Task<Outcome<TResult>> AttemptAgainAsync<TState, TResult>(TState state, Func<TState, CancellationToken, Task<TResult>> call, CancellationToken cancellationToken)
    {
        var context = ResilienceContextPool.Shared.Get(continueOnCapturedContext: false, cancellationToken);
        try
        {
            return await AttemptAsync(context, state, call).ConfigureAwait(false);
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
