namespace ImageStorage.Testing.NUnit;

/// <summary>
/// Reduces long lists of cases to cases of each kind. For harnesses of stores that run the same code for these cases as
/// a store whose own harness passes all of them. docs/design/testing.md lists what is reduced, and why.
/// </summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
internal sealed class RepresentativeCasesAttribute : Attribute;
