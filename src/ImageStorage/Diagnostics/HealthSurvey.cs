using ImageStorage.Providers;

namespace ImageStorage.Diagnostics;

/// <summary>One look at a whole store, from the outermost layer inwards.</summary>
internal sealed class HealthSurvey(ProviderProbes probes, TimeProvider clock)
{
    public DateTimeOffset Now => clock.GetUtcNow();

    /// <summary>Looks at a provider with all that it is made of.</summary>
    public Task<HealthFinding> LookAsync(IImageProvider provider, ProviderRole role) =>
        provider.GetAbility<IHealthContributor>() is { } contributor ? contributor.LookAsync(this, role) : ProbeAsync(provider, role);

    /// <summary>Probes a provider as one, whatever it is made of.</summary>
    public async Task<HealthFinding> ProbeAsync(IImageProvider provider, ProviderRole role)
    {
        var probed = await probes.ProbeAsync(provider).ConfigureAwait(false);
        var entry = new ProviderHealth { Name = provider.Name, Role = role, IsReachable = probed.Failure is null, Failure = probed.Failure, Since = probed.Since };
        return new HealthFinding(probed.Failure is null ? StorageHealthState.Healthy : StorageHealthState.Unavailable, [entry]);
    }

    /// <summary>Asks for something beside the probes, for as long as a probe may take; the default when there is no answer.</summary>
    public async Task<T?> AskAsync<T>(Func<CancellationToken, Task<T>> ask)
    {
        using var limit = new CancellationTokenSource(ProviderProbes.Limit, clock);
        try
        {
            return await ask(limit.Token).WaitAsync(ProviderProbes.Limit, clock, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is StorageUnavailableException or OperationCanceledException or TimeoutException)
        {
            // Whoever cannot answer has an entry of its own that says so.
            return default;
        }
    }
}
