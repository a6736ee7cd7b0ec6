namespace ImageStorage.Store.Composition;

/// <summary>
/// The contract between a feature and the composition root. <c>AddImageStorage</c> calls each feature once per store.
/// </summary>
internal interface IStoreFeature
{
    /// <summary>
    /// Gets the settings and sections of the feature that are directly in the configuration of a store.
    /// </summary>
    IReadOnlyList<string> Settings => [];

    /// <summary>Registers the services of the feature that every store has.</summary>
    void AddServices(ImageStorageBuilder builder)
    {
    }

    /// <summary>Adds the feature to a store whose configuration asks for it.</summary>
    void AddConfigured(ImageStorageBuilder builder)
    {
    }

    /// <summary>Validates the settings of the feature. Options are validated by their own validators.</summary>
    /// <param name="store">The store, which has a configuration.</param>
    /// <param name="configured">The providers of the configuration.</param>
    /// <param name="failures">Receives the failures.</param>
    /// <returns>The providers that the feature uses.</returns>
    IEnumerable<ConfiguredPart> Validate(StoreRegistration store, ConfiguredProviders configured, List<string> failures) => [];
}
