using ImageStorage.Providers;
using Microsoft.Extensions.DependencyInjection;

namespace ImageStorage.Store.Composition;

/// <summary>Finds the service of a store that one of its layers provides, such as the cache.</summary>
internal static class StoreAbility
{
    /// <summary>Returns an ability of a layer of the store.</summary>
    /// <param name="services">The container.</param>
    /// <param name="name">The name of the store.</param>
    /// <param name="noun">The ability in messages, such as <c>cache</c>.</param>
    /// <exception cref="InvalidOperationException">A layer outside of the layer with the ability hides the ability.</exception>
    public static TAbility Get<TAbility>(IServiceProvider services, string name, string noun)
        where TAbility : class
    {
        var store = services.GetRequiredKeyedService<IImageProvider>(name);
        return store.GetAbility<TAbility>() ?? throw Hidden<TAbility>(store, services.GetRequiredKeyedService<StoreRegistration>(name), noun);
    }

    private static InvalidOperationException Hidden<TAbility>(IImageProvider store, StoreRegistration registration, string noun)
        where TAbility : class => new(DelegatingImageProvider.FindHiding<TAbility>(store) is { } layer
            ? $"The layer {layer.GetType().Name} hides the {noun} of {registration.DescribedInSentence}: its PassesOn or its GetAbility refuses {typeof(TAbility).Name}. Let the layer pass {typeof(TAbility).Name} on."
            : $"The layer {DelegatingImageProvider.FindInnermost(store).GetType().Name} hides the {noun} of {registration.DescribedInSentence}. Derive the layer from {nameof(DelegatingImageProvider)}, which passes {typeof(TAbility).Name} on, or return the ability of the inner provider from GetAbility.");
}
