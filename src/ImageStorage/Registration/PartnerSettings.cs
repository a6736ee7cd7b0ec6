using ImageStorage.Selection;
using Microsoft.Extensions.Configuration;

namespace ImageStorage.Registration;

/// <summary>Finds the providers that settings name beside the primary, and notes what is wrong: each with the setting, its value and the remedy.</summary>
internal sealed class PartnerSettings
{
    private readonly StoreRegistration _registration;
    private readonly List<IConfigurationSection> _sections;
    private readonly IConfigurationSection? _primary;
    private readonly List<string> _failures;

    /// <summary>Looks for the primary first.</summary>
    /// <param name="registration">The store.</param>
    /// <param name="danger">What can go wrong when the primary is chosen anew at each start.</param>
    /// <param name="unwanted">What the store would have to do without then.</param>
    /// <param name="failures">Takes what is wrong.</param>
    public PartnerSettings(StoreRegistration registration, string danger, string unwanted, List<string> failures)
    {
        (_registration, _sections, _failures) = (registration, registration.ConfiguredProviders(), failures);
        if (registration.Provider is not null)
        {
            return;
        }

        try
        {
            _primary = registration.PrimaryOf(_sections);
            if (_primary is null)
            {
                failures.Add(Unsettled(registration.Described, "the setting 'Primary' is 'auto'", danger, "Set 'Primary' to the provider that is to be the primary", unwanted));
            }
        }
        catch (InvalidOperationException exception)
        {
            failures.Add(exception.Message);
        }
    }

    /// <summary>The names of all that could be named.</summary>
    public string Known => StoreRegistration.Names(_sections);

    /// <summary>The section of the provider that a setting names; null, with a failure more, when it is none or the primary.</summary>
    public IConfigurationSection? Find(IConfigurationSection setting)
    {
        var section = StoreRegistration.Find(_sections, setting.Value);
        if (section is null)
        {
            _failures.Add($"{_registration.Described}: the setting '{setting.Path}' is '{setting.Value}', which is none of the configured providers: {Known}. Set it to one of them, or remove it.");
        }
        else if (section.Key == _primary?.Key)
        {
            _failures.Add($"{_registration.Described}: the setting '{setting.Path}' is '{setting.Value}', which is the primary itself. Name another provider, or remove it.");
            return null;
        }

        return section;
    }

    /// <summary>Makes sure that a provider that was set by code is not chosen anew at each start.</summary>
    /// <exception cref="InvalidOperationException">It is.</exception>
    public static void EnsureSettled(StoreRegistration provider, string danger, string unwanted)
    {
        if (provider.Provider?.Type == AutoImageProvider.ProviderName)
        {
            throw new InvalidOperationException(Unsettled(provider.Described, "its provider is the first available of several (UseFirstAvailable)", danger, "Choose one provider", unwanted));
        }
    }

    private static string Unsettled(string store, string what, string danger, string remedy, string unwanted) => $"{store}: {what}, which is chosen anew at each start, so {danger}. {remedy}, or do without {unwanted}.";
}
