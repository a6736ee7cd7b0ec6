namespace ImageStorage.Providers;

/// <summary>The ability to say where a store is, so that two providers on one place are found before they are used.</summary>
public interface IStoreLocationProvider
{
    /// <summary>
    /// The places that the provider keeps its images in: full paths, or addresses without anything secret. Equal for two providers on the same place, however it
    /// was spelt, as far as that can be told without a look at the medium. For comparisons, not for messages. Empty where there is none that another provider could share.
    /// </summary>
    IReadOnlyList<string> Locations { get; }
}
