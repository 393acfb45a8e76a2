using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Fairlead.Tests;

/// <summary>The arrows between projects and between stages, held against compiled code. A new arrow is a decision: change the table with a decision record.</summary>
public sealed class DependencyRules
{
    /// <summary>Stages of the loop in order: a stage uses only stages before it.</summary>
    private static readonly string[] Stages =
        ["Workspace", "Projects", "Data", "Training", "Evaluation", "Packaging", "Releases", "Customers", "Iterations", "Practice"];

    /// <summary>Projects, and the Fairlead projects each may use.</summary>
    private static readonly Dictionary<string, string[]> Projects = new()
    {
        ["Fairlead.Models"] = [],
        ["Fairlead.Serving"] = ["Fairlead.Models"],
        ["fairlead-model-server"] = ["Fairlead.Serving", "Fairlead.Models"],
        ["Fairlead"] = ["Fairlead.Models"],
        ["Fairlead.Web"] = ["Fairlead", "Fairlead.Serving", "Fairlead.Models"],
        ["fairlead-cli"] = ["Fairlead.Web", "Fairlead", "Fairlead.Serving", "Fairlead.Models"],
    };

    [Fact]
    public void Projects_use_only_the_projects_in_the_table()
    {
        var violations =
            from project in Projects
            let assembly = AssemblyDefinition.ReadAssembly(PathOf(project.Key))
            from used in assembly.MainModule.AssemblyReferences
            where Projects.ContainsKey(used.Name) && !project.Value.Contains(used.Name)
            select $"{project.Key} -> {used.Name}";
        Assert.Empty(violations);
    }

    [Fact]
    public void Stages_use_only_the_stages_before_them()
    {
        using var assembly = AssemblyDefinition.ReadAssembly(PathOf("Fairlead"));
        var seen = new SortedSet<string>(StringComparer.Ordinal);
        var stagesFound = new HashSet<string>();
        foreach (var type in assembly.MainModule.GetTypes())
        {
            if (StageOf(type) is not { } stage)
            {
                continue;
            }

            stagesFound.Add(stage);
            foreach (var used in UsedBy(type))
            {
                if (StageOf(used) is { } other && Array.IndexOf(Stages, other) > Array.IndexOf(Stages, stage))
                {
                    seen.Add($"{stage} -> {other}: {type.FullName} uses {used.FullName}");
                }
            }
        }

        Assert.Empty(seen);
        Assert.Superset(new HashSet<string>(["Workspace", "Projects", "Data", "Training", "Evaluation", "Iterations"]), stagesFound);
    }

    [Fact]
    public void The_model_server_carries_no_trainer_and_no_database()
    {
        using var assembly = AssemblyDefinition.ReadAssembly(PathOf("Fairlead.Serving"));
        Assert.DoesNotContain(assembly.MainModule.AssemblyReferences, r => r.Name.StartsWith("DuckDB", StringComparison.Ordinal) || r.Name == "Fairlead" || r.Name.StartsWith("Microsoft.ML", StringComparison.Ordinal));
    }

    private static string PathOf(string assembly) => Path.Combine(AppContext.BaseDirectory, assembly + ".dll");

    private static string? StageOf(TypeReference type)
    {
        var outer = type.GetElementType();
        while (outer.DeclaringType is { } declaring)
        {
            outer = declaring;
        }

        var parts = outer.Namespace.Split('.');
        return parts.Length > 1 && parts[0] == "Fairlead" && Array.IndexOf(Stages, parts[1]) >= 0 && outer.Scope is ModuleDefinition or AssemblyNameReference { Name: "Fairlead" }
            ? parts[1]
            : null;
    }

    private static IEnumerable<TypeReference> UsedBy(TypeDefinition type)
    {
        if (type.BaseType is { } parent)
        {
            yield return parent;
        }

        foreach (var used in type.Interfaces.Select(i => i.InterfaceType).Concat(type.Fields.Select(f => f.FieldType)).SelectMany(Parts))
        {
            yield return used;
        }

        foreach (var method in type.Methods)
        {
            foreach (var used in method.Parameters.Select(p => p.ParameterType).Append(method.ReturnType).SelectMany(Parts))
            {
                yield return used;
            }

            if (!method.HasBody)
            {
                continue;
            }

            foreach (var used in method.Body.Variables.Select(v => v.VariableType).Concat(method.Body.Instructions.SelectMany(Operands)).SelectMany(Parts))
            {
                yield return used;
            }
        }
    }

    private static IEnumerable<TypeReference> Operands(Instruction instruction) => instruction.Operand switch
    {
        TypeReference type => [type],
        MethodReference method => method.Parameters.Select(p => p.ParameterType).Append(method.ReturnType).Append(method.DeclaringType),
        FieldReference field => [field.FieldType, field.DeclaringType],
        _ => [],
    };

    private static IEnumerable<TypeReference> Parts(TypeReference type) => type switch
    {
        GenericInstanceType generic => generic.GenericArguments.SelectMany(Parts).Append(generic.ElementType),
        FunctionPointerType pointer => pointer.Parameters.Select(p => p.ParameterType).Append(pointer.ReturnType).SelectMany(Parts),
        TypeSpecification specification => Parts(specification.ElementType),
        _ => [type],
    };
}
