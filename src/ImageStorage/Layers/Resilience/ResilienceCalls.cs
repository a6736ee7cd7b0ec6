using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using ImageStorage.Providers;
using Polly;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace ImageStorage.Resilience;

/// <summary>
/// Makes the calls of one kind, and reports timeouts and an open breaker as failures of the provider.
/// </summary>
internal sealed class ResilienceCalls(ProviderPipelines pipelines, AttemptKind attempt, string provider)
{
    /// <summary>
    /// Makes a call once. For conditional writes and deletes, which must not happen twice or return another result the
    /// second time.
    /// </summary>
    public Task<TResult> OnceAsync<TState, TResult>(TState state, Func<TState, AttemptTimer, Task<TResult>> call, CancellationToken cancellationToken) =>
        CallAsync(state, call, mayRepeat: false, null, cancellationToken);

    /// <summary>
    /// Makes a call, and repeats it after a transient failure. For reads, unconditional updates and saves.
    /// </summary>
    public Task<TResult> RepeatedAsync<TState, TResult>(TState state, Func<TState, AttemptTimer, Task<TResult>> call, CancellationToken cancellationToken, ImageContent? content = null) =>
        CallAsync(state, call, mayRepeat: true, content, cancellationToken);

    // Every call passes here, so the first attempt is this method and the next one: each further asynchronous method
    // would cost every call.
    private async Task<TResult> CallAsync<TState, TResult>(
        TState state, Func<TState, AttemptTimer, Task<TResult>> call, bool mayRepeat, ImageContent? content, CancellationToken cancellationToken)
    {
        var start = mayRepeat ? pipelines.Now() : 0;
        Outcome<object> outcome;
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
            return (TResult)outcome.Result!;
        }

        var left = mayRepeat ? attempt.Total - pipelines.Elapsed(start) : TimeSpan.Zero;
        return left > TimeSpan.Zero && pipelines.IsWorthRepeating(outcome.Exception, content)
            ? await RepeatAsync(outcome.Exception, left, state, call, content, cancellationToken).ConfigureAwait(false)
            : throw Explain(outcome.Exception);
    }

    // The breaker evaluates results as objects; for any other type it would convert each result by an asynchronous
    // method.
    private ValueTask<Outcome<object>> AttemptAsync<TState, TResult>(ResilienceContext context, TState state, Func<TState, AttemptTimer, Task<TResult>> call) =>
        attempt.Breaker.ExecuteOutcomeAsync(static (context, made) => RunLimitedAsync(made.Timers, made.call, made.state, context.CancellationToken), context, (attempt.Timers, call, state));

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private static async ValueTask<Outcome<object>> RunLimitedAsync<TState, TResult>(
        AttemptTimerPool timers, Func<TState, AttemptTimer, Task<TResult>> call, TState state, CancellationToken cancellationToken)
    {
        var timer = timers.Begin();
        var ending = cancellationToken.UnsafeRegister(static timer => ((AttemptTimer)timer!).Cancel(), timer);
        try
        {
            return Outcome.FromResult<object>(await call(state, timer).ConfigureAwait(false));
        }
        catch (OperationCanceledException exception) when (timer.Exceeded is { } exceeded && !cancellationToken.IsCancellationRequested)
        {
            timers.ReportExceeded();
            return Outcome.FromException<object>(new TimeoutRejectedException("The attempt took too long, or stalled.", exceeded, exception));
        }
        catch (Exception exception)
        {
            // Not swallowed: the breaker evaluates the failure, and the caller throws it.
            return Outcome.FromException<object>(exception);
        }
        finally
        {
            ending.Dispose();
            timers.End(timer);
        }
    }

    private async Task<TResult> RepeatAsync<TState, TResult>(
        Exception first, TimeSpan left, TState state, Func<TState, AttemptTimer, Task<TResult>> call, ImageContent? content, CancellationToken cancellationToken)
    {
        var context = ResilienceContextPool.Shared.Get(continueOnCapturedContext: false, cancellationToken);
        ProviderPipelines.Prepare(context, left, content);
        var known = first;
        try
        {
            // The first attempt of the retry stage is the one that was made: its failure determines the first pause.
            var outcome = await pipelines.Repeat.ExecuteOutcomeAsync(
                async (context, _) => Interlocked.Exchange(ref known, null) is { } failure
                    ? Outcome.FromException<object>(failure)
                    : await AttemptAgainAsync(state, call, content, context.CancellationToken).ConfigureAwait(false),
                context,
                0).ConfigureAwait(false);
            return outcome.Exception is null ? (TResult)outcome.Result! : throw Explain(outcome.Exception, left, attempt.Total);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private async Task<Outcome<object>> AttemptAgainAsync<TState, TResult>(
        TState state, Func<TState, AttemptTimer, Task<TResult>> call, ImageContent? content, CancellationToken cancellationToken)
    {
        var context = ResilienceContextPool.Shared.Get(continueOnCapturedContext: false, cancellationToken);
        try
        {
            return await AttemptAsync(context, (state, call, content), static (again, timer) => RewindAndCallAsync(again.state, again.call, again.content, timer)).ConfigureAwait(false);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private static async Task<TResult> RewindAndCallAsync<TState, TResult>(TState state, Func<TState, AttemptTimer, Task<TResult>> call, ImageContent? content, AttemptTimer timer)
    {
        if (content is not null)
        {
            timer.BeginReading();
            await content.RewindAsync(timer.Token).ConfigureAwait(false);
            timer.EndReading(0);
        }

        return await call(state, timer).ConfigureAwait(false);
    }

    private Exception Explain(Exception exception, TimeSpan left = default, TimeSpan total = default)
    {
        switch (exception)
        {
            case TimeoutRejectedException timeout:
                var limit = timeout.Timeout == left ? total : timeout.Timeout;
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
