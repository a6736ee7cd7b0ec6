using ImageStorage.Caching;
using ImageStorage.Failover;
using ImageStorage.Hybrid;
using ImageStorage.Management;
using ImageStorage.Mirroring;
using ImageStorage.Resilience;
using Microsoft.Extensions.Options;

namespace ImageStorage.Registration;

/// <summary>Checks, when the application starts, what the configuration of a store says about its fallbacks or mirror, its cache and the resilience of its providers.</summary>
internal sealed class StoreConfigurationValidator(StoreRegistration registration) : IValidateOptions<ImageStorageOptions>
{
    public ValidateOptionsResult Validate(string? name, ImageStorageOptions options)
    {
        if (name != registration.Name || registration.Configuration is null)
        {
            return ValidateOptionsResult.Skip;
        }

        var failures = new List<string>();
        FailoverSettings.Check(registration, failures);
        MirrorSettings.Check(registration, failures);
        CacheSettings.Read(registration.Configuration, failures);
        foreach (var provider in registration.ConfiguredProviders().SelectMany(HybridSettings.WithHalves))
        {
            ResilienceSettings.Read(provider, failures);
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
