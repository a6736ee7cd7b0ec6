using ImageStorage.Providers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ImageStorage.Hybrid.Tests;

public class OptionsTests
{
    [Test]
    public void Bad_options_are_refused_with_setting_value_and_remedy()
    {
        Assert.That(() => Make(new HybridStorageOptions { InlineLimit = -5 }), Refused("Hybrid.InlineLimit is -5: set it"));
        Assert.That(() => Make(new HybridStorageOptions { OrphanGrace = TimeSpan.FromSeconds(59) }), Refused("Hybrid.OrphanGrace is 00:00:59: set it"));
        Assert.That(() => Make(new HybridStorageOptions { SweepInterval = TimeSpan.Zero }), Refused("Hybrid.SweepInterval is 00:00:00: set it"));
        Assert.That(new HybridStorageOptionsValidator().Validate(null, new HybridStorageOptions()).Succeeded, Is.True);
    }

    [Test]
    public void Capabilities_are_what_both_can_do()
    {
        var hybrid = Make(new HybridStorageOptions());

        Assert.That(hybrid.Capabilities, Is.EqualTo(new InMemoryImageProvider().Capabilities));
        Assert.That(hybrid.GetAbility<ISweepableProvider>(), Is.SameAs(hybrid));
        Assert.That(hybrid.GetAbility<InMemoryImageProvider>(), Is.Null);
    }

    // A replica, a replay or a kept conflict would copy a record that refers to content.
    [Test]
    public async Task Catalog_with_a_mirror_of_its_own_is_refused()
    {
        var services = new ServiceCollection();
        services.AddImageStorage().UseHybrid(
            catalog => catalog.UseInMemory().WithMirror(part => part.UseInMemory()),
            content => content.UseInMemory());
        await using var container = services.BuildServiceProvider();

        Assert.That(() => container.GetRequiredService<IImageProvider>(), Throws.ArgumentException.With.Message.Contains("Remove the fallback or the mirror from the catalog"));
    }

    private static HybridImageProvider Make(HybridStorageOptions options) => new(new InMemoryImageProvider(), new InMemoryImageProvider(), options);

    private static NUnit.Framework.Constraints.ContainsConstraint Refused(string message) => Throws.TypeOf<OptionsValidationException>().With.Message.Contains(message);
}
