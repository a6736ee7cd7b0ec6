using System.Diagnostics.CodeAnalysis;
using ImageStorage.Providers;

namespace ImageStorage.Testing;

/// <summary>
/// Passes every call on to a provider without owning it: a disposal leaves the provider open. Use this class in tests
/// in which several stores, one after the other or at the same time, represent processes that open the same in-memory
/// provider.
/// </summary>
/// <param name="inner">The provider that outlives this one.</param>
public class SharedProvider(IImageProvider inner) : DelegatingImageProvider(inner)
{
    private const string NotOwned = "The provider belongs to the test, which opens it again.";

    /// <summary>Disposes nothing.</summary>
    [SuppressMessage("Usage", "CA2215:Dispose methods should call base class dispose", Justification = NotOwned)]
    public override ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return default;
    }

    /// <summary>Returns <see langword="true"/>: this provider changes nothing that an ability could bypass.</summary>
    /// <param name="ability">The type that a caller asks for.</param>
    protected override bool PassesOn(Type ability) => true;

    /// <summary>Disposes nothing.</summary>
    [SuppressMessage("Usage", "CA2215:Dispose methods should call base class dispose", Justification = NotOwned)]
    protected override void Dispose(bool disposing)
    {
    }
}
