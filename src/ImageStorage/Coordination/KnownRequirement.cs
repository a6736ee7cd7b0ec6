namespace ImageStorage.Coordination;

/// <summary>
/// What this build knows about the data of a store. A feature registers its requirements as keyed services, with the
/// store's name as key.
/// </summary>
/// <param name="Name">The name of the requirement.</param>
/// <param name="Version">The newest version that this build knows.</param>
internal sealed record KnownRequirement(string Name, int Version)
{
    /// <summary>Gets the format of the library's own data, which every build knows.</summary>
    public static KnownRequirement Library { get; } = new("library", 1);
}
