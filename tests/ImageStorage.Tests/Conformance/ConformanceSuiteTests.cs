using System.Reflection;
using System.Reflection.Emit;
using ImageStorage.Providers;
using ImageStorage.Testing.NUnit;
using ImageStorage.Tests.InMemory;

namespace ImageStorage.Tests.Conformance;

public class ConformanceSuiteTests
{
    [Test]
    public void In_memory_provider_has_every_fixture() => ConformanceSuite.AssertComplete(typeof(InMemoryHarness).Assembly, typeof(InMemoryHarness));

    [Test]
    public void Fixture_that_is_left_out_is_found_and_named_with_the_line_to_add()
    {
        Assert.That(ConformanceSuite.GetMissingFixtures(typeof(ForgetfulHarness).Assembly, typeof(ForgetfulHarness)), Is.EqualTo(ConformanceSuite.Fixtures));
        Assert.That(
            () => ConformanceSuite.AssertComplete(typeof(ForgetfulHarness).Assembly, typeof(ForgetfulHarness)),
            Throws.TypeOf<AssertionException>().With.Message.Contains("public sealed class ForgetfulSaving : SavingConformance<ForgetfulHarness>;").And.Message.Contains("KeyConformance"));
    }

    // Otherwise a provider could pass by ignoring what it fails.
    [Test]
    public void Fixture_that_is_ignored_or_explicit_counts_as_left_out()
    {
        Assert.That(MissingBeside(null), Does.Not.Contain(typeof(SavingConformance<>)));
        Assert.That(MissingBeside(typeof(IgnoreAttribute).GetConstructor([typeof(string)]), "Later."), Does.Contain(typeof(SavingConformance<>)));
        Assert.That(MissingBeside(typeof(ExplicitAttribute).GetConstructor([])), Does.Contain(typeof(SavingConformance<>)));
    }

    [Test]
    public void Every_public_fixture_is_part_of_the_suite()
    {
        // The suite is for providers; layers have a fixture of their own.
        Type[] others = [typeof(ProviderConformance<>), typeof(LayerConformance<>)];
        var named = typeof(ConformanceSuite).Assembly.GetTypes().Where(type => type.Name.EndsWith("Conformance`1", StringComparison.Ordinal)).Except(others);

        Assert.That(ConformanceSuite.Fixtures, Is.EquivalentTo(named));
        Assert.That(ConformanceSuite.Fixtures, Has.Count.GreaterThanOrEqualTo(24));
    }

    // A provider of this assembly without the suite would be a gap.
    [Test]
    public void Every_harness_here_has_the_whole_suite()
    {
        var harnesses = typeof(InMemoryHarness).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(ProviderHarness)) && !type.IsAbstract && type.DeclaringType is null);

        Assert.That(harnesses, Is.Not.Empty);
        Assert.That(harnesses.Where(harness => ConformanceSuite.GetMissingFixtures(harness.Assembly, harness).Count > 0), Is.Empty);
    }

    // A key or a group that only the short list had would be tested nowhere.
    [Test]
    public void Representative_keys_and_groups_are_some_of_all()
    {
        Assert.That(ConformanceKeys.Representative, Is.Unique.And.SubsetOf(ConformanceKeys.All));
        Assert.That(ConformanceKeys.RepresentativeGroups, Has.Count.InRange(7, ConformanceKeys.Groups.Count - 1));
    }

    // In an assembly made for it: a fixture of this one would be run, or reported as skipped.
    private static IReadOnlyList<Type> MissingBeside(ConstructorInfo? attribute, params object[] arguments)
    {
        var assembly = AssemblyBuilder.DefineDynamicAssembly(new AssemblyName("Lazy"), AssemblyBuilderAccess.Run);
        var fixture = assembly.DefineDynamicModule("Lazy").DefineType("LazySaving", TypeAttributes.Public | TypeAttributes.Sealed, typeof(SavingConformance<InMemoryHarness>));
        if (attribute is not null)
        {
            fixture.SetCustomAttribute(new CustomAttributeBuilder(attribute, arguments));
        }

        fixture.CreateType();
        return ConformanceSuite.GetMissingFixtures(assembly, typeof(InMemoryHarness));
    }

    private sealed class ForgetfulHarness : ProviderHarness
    {
        public override ValueTask<IImageProvider> OpenAsync(TimeProvider clock) => ValueTask.FromResult<IImageProvider>(new InMemoryImageProvider(clock));
    }
}
