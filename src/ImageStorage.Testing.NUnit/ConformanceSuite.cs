using System.Reflection;
using NUnit.Framework;

namespace ImageStorage.Testing.NUnit;

/// <summary>
/// Lists the fixtures of the suite. A provider conforms when its test assembly derives a class from every fixture of
/// <see cref="Fixtures"/> for its harness: <c>public sealed class MySaving : SavingConformance&lt;MyHarness&gt;;</c>.
/// </summary>
/// <remarks>
/// Before its first test, each fixture checks that the assembly has all other fixtures, so a provider cannot choose.
/// Tests of capabilities that a provider does not claim (<see cref="ProviderCapabilities"/>) are skipped with the
/// reason. NUnit's adapter overlooks an assembly that does not use NUnit itself. If the assembly contains nothing but
/// fixtures, put <c>[TestFixture]</c> on one of its classes.
/// </remarks>
public static class ConformanceSuite
{
    /// <summary>
    /// Gets all fixtures of the suite, as open generic types that take a <see cref="ProviderHarness"/>.
    /// </summary>
    public static IReadOnlyList<Type> Fixtures { get; } =
    [
        .. typeof(ConformanceSuite).Assembly.GetTypes()
            .Where(type => type is { IsAbstract: true, IsGenericTypeDefinition: true } && type != typeof(ProviderConformance<>) && BaseDefinitions(type).Contains(typeof(ProviderConformance<>)))
            .OrderBy(type => type.Name, StringComparer.Ordinal),
    ];

    /// <summary>
    /// Returns the fixtures that an assembly lacks for a harness. A fixture that is ignored or explicit counts as
    /// lacking.
    /// </summary>
    public static IReadOnlyList<Type> GetMissingFixtures(Assembly assembly, Type harness)
    {
        ArgumentNullException.ThrowIfNull(assembly);
        ArgumentNullException.ThrowIfNull(harness);
        var present = assembly.GetTypes()
            .Where(type => !type.IsAbstract && !type.IsDefined(typeof(IgnoreAttribute), inherit: true) && !type.IsDefined(typeof(ExplicitAttribute), inherit: true))
            .SelectMany(BasesOf)
            .Where(type => type.IsGenericType && type.GetGenericArguments() is [var argument] && argument == harness)
            .Select(type => type.GetGenericTypeDefinition())
            .ToHashSet();
        return [.. Fixtures.Where(fixture => !present.Contains(fixture))];
    }

    /// <summary>Fails with the lines to add when an assembly lacks a fixture for a harness.</summary>
    public static void AssertComplete(Assembly assembly, Type harness)
    {
        var missing = GetMissingFixtures(assembly, harness).Select(fixture => PlainName(fixture));
        var lines = missing.Select(name => $"public sealed class {harness.Name.Replace("Harness", string.Empty, StringComparison.Ordinal)}{name.Replace("Conformance", string.Empty, StringComparison.Ordinal)} : {name}<{harness.Name}>;").ToList();
        Assert.That(lines, Is.Empty, $"The conformance suite for {harness.Name} is not complete. Add to {assembly.GetName().Name}:\n{string.Join('\n', lines)}\n");
    }

    private static string PlainName(Type fixture) => fixture.Name[..fixture.Name.IndexOf('`', StringComparison.Ordinal)];

    private static IEnumerable<Type> BaseDefinitions(Type type) => BasesOf(type).Where(ancestor => ancestor.IsGenericType).Select(ancestor => ancestor.GetGenericTypeDefinition());

    private static IEnumerable<Type> BasesOf(Type type)
    {
        for (var ancestor = type.BaseType; ancestor is not null; ancestor = ancestor.BaseType)
        {
            yield return ancestor;
        }
    }
}
