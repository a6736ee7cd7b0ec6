namespace ImageStorage;

/// <summary>Lists all stores of a container. Registered as a singleton. Thread-safe.</summary>
public interface IImageStores
{
    /// <summary>Gets the names of the stores in ordinal order. The name of the default store is empty.</summary>
    IReadOnlyList<string> Names { get; }

    /// <summary>Returns a store. The first call for a store creates the store, unless the host has.</summary>
    /// <param name="name">The name of the store; empty for the default store.</param>
    /// <exception cref="ArgumentException">There is no store of this name.</exception>
#pragma warning disable CA1716 // "Get" is a keyword of Visual Basic, where [Get] calls the method.
    IImageStorage Get(string name);
#pragma warning restore CA1716
}
